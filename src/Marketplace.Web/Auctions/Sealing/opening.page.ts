// The opening: a holder's share is decrypted here with the holder's own file, compared with what the announcement says, and
// brought only after the end. Everybody else's page looks again by itself.
import { must, pageData, put, sayer } from '../../Shared/texts';
import { countdown } from '../clock';
import { base64, hex, openHolderKey, openShare, sha256, shareCommitment } from './sealing';

interface Share { number: number; holder: string; holderKey: string; commitment: string; box: string }
interface Data { auction: string; phase: string; given: number; opened: boolean; serverNow: string; shares: Share[]; csrf: string }

const { texts, data } = pageData<{ texts: Record<string, string>; data: Data }>('opening-data');
const say = sayer(texts);
const offset = Date.parse(data.serverNow) - Date.now();
const form = document.querySelector<HTMLFormElement>('[data-r="bring"]');
const clock = document.querySelector<HTMLElement>('[data-r="clock"]');
const address = `/api/auctions/${encodeURIComponent(data.auction)}/opening`;
let busy = false;

function answer(tone: 'ok' | 'bad' | 'warn', text: string): void {
  const note = must<HTMLElement>('[data-r="answer"]');
  note.dataset['t'] = tone;
  note.hidden = false;
  put(must('[data-r="answer-text"]'), text);
  note.focus();
}

/** The share, out of its box and compared; or why not, in words. */
async function share(of: Share, text: string, passphrase: string): Promise<string | { bytes: Uint8Array<ArrayBuffer> }> {
  const pair = await openHolderKey(text, passphrase);
  if (typeof pair === 'string') return say(pair);
  if (hex(await sha256(pair.public)) !== of.holderKey) return say('OtherKey', of.holderKey.slice(0, 8));
  try {
    const bytes = await openShare(of.box, pair, data.auction, of.number);
    return await shareCommitment(data.auction, bytes) === of.commitment ? { bytes } : say('NotAsCommitted');
  } catch {
    return say('NotAsCommitted');
  }
}

async function bring(file: File, passphrase: string): Promise<void> {
  const text = await file.text();
  for (const of of data.shares) {
    const found = await share(of, text, passphrase);
    if (typeof found === 'string') {
      answer('bad', found);
      return;
    }
    if (data.phase !== 'opening') {
      // Before the end a share stays where it is.
      found.bytes.fill(0);
      answer('ok', say('ShareGood'));
      continue;
    }
    const reply = await fetch(`${address}/shares`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-TOKEN': data.csrf },
      body: JSON.stringify({ number: of.number, share: base64(found.bytes) }),
    });
    found.bytes.fill(0);
    if (!reply.ok) {
      const problem = await reply.json().catch(() => ({})) as { title?: string };
      answer('bad', problem.title ?? say('Unknown'));
      return;
    }
    answer('ok', say('Brought'));
    setTimeout(() => { location.reload(); }, 800);
  }
}

if (form) {
  const go = must<HTMLButtonElement>('[data-r="go"]', form);
  const file = must<HTMLInputElement>('#key', form);
  const pass = must<HTMLInputElement>('#pass', form);
  const ready = () => { go.disabled = busy || !file.files?.length || pass.value === ''; };
  file.addEventListener('change', ready);
  pass.addEventListener('input', ready);
  form.addEventListener('submit', event => {
    event.preventDefault();
    const chosen = file.files?.[0];
    if (!chosen || busy) return;
    busy = true;
    ready();
    const label = go.textContent ?? '';
    put(go, say('Decrypting'));
    bring(chosen, pass.value)
      .catch(() => { answer('warn', say('Unknown')); })
      .finally(() => {
        busy = false;
        put(go, label);
        ready();
      });
  });
  ready();
}

function tick(): void {
  const until = clock?.dataset['until'];
  if (!clock || !until) return;
  const left = Date.parse(until) - (Date.now() + offset);
  // Of a far end the page says the day; the last day is counted.
  if (data.phase === 'opening' || left < 86_400_000) put(clock, countdown(Math.max(0, left), texts['DayUnit'] ?? ''));
}

async function look(): Promise<void> {
  if (busy || document.activeElement?.id === 'pass') return;
  const reply = await fetch(address, { cache: 'no-store' });
  if (!reply.ok) return;
  const now = await reply.json() as { phase: string; given: number; openedAt: string | null };
  if (now.phase !== data.phase || now.given !== data.given || (now.openedAt !== null) !== data.opened) location.reload();
}

setInterval(tick, 500);
setInterval(() => { look().catch(() => undefined); }, 3_000);
tick();
