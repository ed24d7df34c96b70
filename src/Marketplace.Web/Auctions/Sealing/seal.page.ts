// One sealed offer: encrypted here for the lot's opening key before it leaves, asked about once in capitals, repeated with
// the same bytes until there is an answer. What proves it later stays with the bidder.
import { must, pageData, put, sayer } from '../../Shared/texts';
import { capitals, parseYuan, yuan } from '../money';
import { sealOffer, type SealedOffer } from './sealing';

interface Data { auction: string; paddle: number; publicKey: string; leastFen: number; ceilingFen: number | null; offered: boolean; csrf: string }
interface Kept extends SealedOffer { format: 'zjp-offer-copy.1'; auction: string; paddle: number; amountFen: number; openingKey: string; receipt?: unknown }

const { texts, data } = pageData<{ texts: Record<string, string>; data: Data }>('seal-data');
const say = sayer(texts);
const at = <T extends HTMLElement = HTMLElement>(name: string): T | null => document.querySelector<T>(`[data-r="${name}"]`);
const KEEP = `offer:${data.auction}`;
const WAITS = [300, 700, 1_500, 3_000, 5_000];

/** Of this tab alone: it holds the amount in the clear. */
function kept(): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEEP) ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}

function answer(text: string): void {
  const note = at('seal-answer');
  if (!note) return;
  put(at('seal-answer-text'), text);
  note.hidden = text === '';
  if (text !== '') note.focus();
}

/** Why this amount cannot be sealed; the market could not say it before the opening. */
function wrong(text: string): { fen: number } | { why: string } {
  const parsed = parseYuan(text);
  if ('fault' in parsed) return { why: parsed.fault === 'empty' ? '' : say('Malformed') };
  if (parsed.fen < data.leastFen) return { why: say('TooLow', yuan(data.leastFen)) };
  if (data.ceilingFen !== null && parsed.fen > data.ceilingFen) return { why: say('AboveCeiling', yuan(data.ceilingFen)) };
  return parsed;
}

async function send(offer: Kept): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    let reply: Response | null = null;
    try {
      reply = await fetch(`/api/auctions/${encodeURIComponent(data.auction)}/offers`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRF-TOKEN': data.csrf },
        body: JSON.stringify({ bidId: offer.bidId, commitment: offer.commitment, envelope: offer.envelope }),
      });
    } catch {
      // Nobody knows whether it arrived; the same bytes go again.
    }
    if (reply?.ok) {
      const accepted = await reply.json() as { receipt: unknown };
      sessionStorage.setItem(KEEP, JSON.stringify({ ...offer, receipt: accepted.receipt }));
      location.reload();
      return;
    }
    if (reply && reply.status < 500 && reply.status !== 429) {
      // Who is signed out meanwhile, or must show the second factor, sends the same bytes again: an earlier try may have arrived.
      if (reply.status !== 401 && reply.status !== 403) sessionStorage.removeItem(KEEP);
      const problem = await reply.json().catch(() => ({})) as { title?: string };
      answer(problem.title ?? say('Unknown'));
      return;
    }
    answer(say('Repeating'));
    await new Promise(done => { setTimeout(done, WAITS[Math.min(attempt, WAITS.length - 1)]); });
  }
}

function offering(form: HTMLFormElement): void {
  const input = must<HTMLInputElement>('#sealed', form);
  const go = must<HTMLButtonElement>('[data-r="seal-go"]', form);
  const ask = must<HTMLDialogElement>('[data-r="seal-ask"]');
  const can = typeof crypto !== 'undefined' && Boolean(crypto.subtle);
  let busy = false;
  const check = () => {
    const found = wrong(input.value);
    put(at('seal-words'), 'fen' in found ? say('Capitals', capitals(found.fen)) : found.why);
    if ('why' in found && found.why !== '') input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    go.disabled = busy || !can || !('fen' in found);
  };
  const seal = async (fen: number) => {
    busy = true;
    check();
    try {
      const sealed = await sealOffer(data.publicKey, data.auction, data.paddle, crypto.randomUUID(), fen);
      const copy: Kept = { format: 'zjp-offer-copy.1', auction: data.auction, paddle: data.paddle, amountFen: fen, openingKey: data.publicKey, ...sealed };
      sessionStorage.setItem(KEEP, JSON.stringify(copy));
      await send(copy);
    } finally {
      busy = false;
      check();
    }
  };
  input.addEventListener('input', check);
  form.addEventListener('submit', event => {
    event.preventDefault();
    const found = wrong(input.value);
    if (!('fen' in found) || busy) return;
    put(must('[data-r="seal-ask-yuan"]'), yuan(found.fen));
    put(must('[data-r="seal-ask-words"]'), say('Capitals', capitals(found.fen)));
    put(must('[data-r="seal-ask-why"]'), say(found.fen > 2 * data.leastFen ? 'Large' : 'Final', (found.fen / data.leastFen).toFixed(1)));
    ask.showModal();
  });
  must('[data-r="seal-no"]').addEventListener('click', () => { ask.close(); });
  must('[data-r="seal-yes"]').addEventListener('click', () => {
    ask.close();
    const found = wrong(input.value);
    if ('fen' in found) void seal(found.fen);
  });
  if (!can) answer(say('NoCrypto'));
  const pending = kept();
  // An answer that nobody heard before a reload: the same bytes again are in the log once or not at all.
  if (pending && !pending.receipt) void send(pending);
  check();
}

const copy = kept();
const link = at<HTMLAnchorElement>('copy');
if (data.offered && link && copy?.receipt) {
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(copy, null, 2)}\n`], { type: 'application/json' }));
  link.download = say('CopyName', data.auction, String(data.paddle).padStart(3, '0'));
  link.hidden = false;
  at('copy-note')?.removeAttribute('hidden');
}
const form = at<HTMLFormElement>('seal');
if (form) offering(form);
const room = document.getElementById('room');
if (room) {
  // The room's own script keeps the phase; another phase is another panel, rendered by the page.
  const phase = room.dataset['phase'];
  new MutationObserver(() => {
    if (room.dataset['phase'] !== phase) location.reload();
  }).observe(room, { attributeFilter: ['data-phase'] });
}
