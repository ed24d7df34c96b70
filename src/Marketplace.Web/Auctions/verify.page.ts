// The verification on the transcript page (one known address) and on /verify (a file or pasted text).
import { el, must, pageData, put, sayer } from '../Shared/texts';
import { timeOfDay } from './clock';
import { yuan } from './money';
import { checkReceipt, checkRefused } from './evidence';
import type { Bytes } from '../Proofs/log';
import type { Result } from './standing';
import { askLog, publishedKeys, spkiOf, verify, type Good } from './transcript';

const say = sayer(pageData<Record<string, string>>('verify-texts'));
const root = must<HTMLElement>('[data-verify]');
const find = <T extends Element = HTMLElement>(name: string): T => must<T>(`[data-r="${name}"]`, root);
const button = find<HTMLButtonElement>('verify');
const note = find('verdict');
const address = root.dataset['verify'] ?? '';

function show(tone: 'ok' | 'bad' | 'warn' | '', title: string, text: string, facts: [string, string][] = []): void {
  if (tone === '') delete note.dataset['t'];
  else note.dataset['t'] = tone;
  note.hidden = false;
  put(find('verdict-title'), title);
  put(find('verdict-text'), text);
  const list = find('verdict-facts');
  list.replaceChildren(...facts.flatMap(([name, value]) => [el('dt', '', name), el('dd', 'mono', value)]));
  list.hidden = facts.length === 0;
}

/** What the reader holds against the record beside it. */
interface Beside { refused: Bytes | null; receipt: Bytes | null }

async function run(bytes: Bytes, { refused, receipt }: Beside): Promise<void> {
  if (typeof crypto === 'undefined' || !crypto.subtle) {
    show('warn', say('NoCrypto'), say('NoCryptoText'));
    return;
  }
  button.disabled = true;
  const began = performance.now();
  const keys = await publishedKeys();
  const found = await verify(bytes, keys?.map(k => k.keyId) ?? null, (done, of) => { put(find('verdict-text'), say('Checking', done, of)); });
  const now = found.ok && keys ? await askLog(found.head, found.at, keys) : 'unreachable';
  const aside = found.ok && refused ? await checkRefused(refused, found) : null;
  const known = [...(keys ?? []).map(spkiOf), found.ok ? found.logKey : null].filter(key => key !== null);
  const kept = found.ok && receipt ? await checkReceipt(receipt, found, known) : null;
  put(find('verdict-when'), say('Took', timeOfDay(Date.now()), ((performance.now() - began) / 1000).toFixed(2)));
  if (!found.ok) show('bad', say('Failed'), say(`Bad.${found.reason}`, found.line));
  else if (now === 'other') show('bad', say('Failed'), say('Bad.other'), [[say('Head'), `${found.head.version} · ${found.head.hash}`]]);
  else tell(found, now, aside, kept);
  button.disabled = false;
  note.focus();
}

type Aside = Awaited<ReturnType<typeof checkRefused>> | null;
type Kept = Awaited<ReturnType<typeof checkReceipt>> | null;

function tell(found: Good, now: Exclude<Awaited<ReturnType<typeof askLog>>, 'other'>, aside: Aside, kept: Kept): void {
  const facts: [string, string][] = [[say('Head'), `${found.head.version} · ${found.head.hash}`], [say('Key'), found.head.key]];
  const logged = typeof now === 'object' ? now : found.logged;
  facts.push([say('Log'), logged ? say(typeof now === 'object' ? 'LoggedNow' : 'LoggedInFile', logged.index, logged.size, logged.origin) : say(now === 'notYet' ? 'NotLoggedYet' : 'LogUnreachable')]);
  if (aside) facts.push([say('Refused'), say(`Refused.${aside.finding}`, aside.line)]);
  if (kept) facts.push([say('Receipt'), say(`Receipt.${kept.finding}`, kept.line)]);
  const undecided = aside?.finding === 'running' || kept?.finding === 'UnknownKey' || kept?.finding === 'LaterThanTheRecord';
  const isWrong = (aside !== null && aside.finding !== 'sound' && aside.finding !== 'running') || (kept !== null && kept.finding !== 'InTheRecord' && !undecided);
  const text = `${found.rehearsalOf ? `${say('Rehearsal', found.rehearsalOf)} ` : ''}${say('PassedText', found.lines.length)} ${result(found.result)}`;
  if (isWrong) show('bad', say('BesideFailed'), text, facts);
  else if (undecided) show('warn', say('BesideUndecided'), text, facts);
  else show(found.published ? 'ok' : 'warn', say(found.published ? 'Passed' : 'PassedNotPinned'), text, facts);
}

const paddle = (number: number | null | undefined): string => String(number ?? '').padStart(3, '0');

/** What stands now, and what became of the close when that is another thing. */
function result(now: Result | null): string {
  if (!now) return say('StillRunning');
  const price = yuan(now.priceFen ?? 0);
  switch (now.outcome) {
    case 'sold': return now.promoted ? say('Promoted', paddle(now.defaulted[0]), paddle(now.winner), price) : say('SoldTo', paddle(now.winner), price);
    case 'defaulted': return [say('Defaulted', now.defaulted.map(paddle).join(say('And'))), now.asked ? say('Asked', paddle(now.asked.paddle), yuan(now.asked.priceFen)) : ''].join(' ').trim();
    case 'void': return say('Void', paddle(now.winner), price);
    case 'refused': return say('SellerRefused', paddle(now.winner), price);
    case 'cancelled': return say('Cancelled');
    case 'unsold': return say('Unsold');
  }
}

const load = async (from: string): Promise<Bytes> => {
  const answer = await fetch(from, { cache: 'no-store' });
  if (!answer.ok) throw new Error(String(answer.status));
  return new Uint8Array(await answer.arrayBuffer());
};

if (address !== '') {
  button.hidden = false;
  button.addEventListener('click', () => {
    void (async () => {
      show('', say('Loading'), '');
      try {
        const aside = root.dataset['refused'];
        const bytes = await load(address);
        await run(bytes, { refused: aside ? await load(aside) : null, receipt: null });
      } catch {
        show('warn', say('NotLoaded'), say('NotLoadedText'));
      }
    })();
  });
} else {
  const form = find<HTMLFormElement>('verify-form');
  const [file, refused, receipt] = ['#file', '#refused', '#receipt'].map(id => must<HTMLInputElement>(id, root)) as [HTMLInputElement, HTMLInputElement, HTMLInputElement];
  const text = must<HTMLTextAreaElement>('#text', root);
  const ready = () => { button.disabled = text.value.trim() === '' && !file.files?.length; };
  text.addEventListener('input', ready);
  file.addEventListener('change', () => { ready(); button.focus(); });
  for (const [drop, input] of [[find('drop'), file], [find('drop-refused'), refused], [find('drop-receipt'), receipt]] as const) {
    for (const kind of ['dragover', 'dragleave', 'drop']) {
      drop.addEventListener(kind, event => {
        event.preventDefault();
        drop.classList.toggle('over', kind === 'dragover');
      });
    }
    drop.addEventListener('drop', event => {
      const dropped = (event as DragEvent).dataTransfer?.files;
      if (!dropped?.length) return;
      input.files = dropped;
      ready();
      if (!button.disabled) form.requestSubmit();
    });
  }
  const bytesOf = async (input: HTMLInputElement): Promise<Bytes | null> => {
    const chosen = input.files?.[0];
    return chosen ? new Uint8Array(await chosen.arrayBuffer()) : null;
  };
  form.addEventListener('submit', event => {
    event.preventDefault();
    void (async () => {
      // Pasted text wins when there is any: it is what the reader looks at. Lines that pasting left at the end are none.
      const pasted = text.value.trim() === '' ? null : new TextEncoder().encode(text.value.replace(/\r\n/g, '\n').trimEnd());
      const bytes = pasted ?? await bytesOf(file);
      if (bytes) await run(bytes, { refused: await bytesOf(refused), receipt: await bytesOf(receipt) });
    })();
  });
  ready();
}
