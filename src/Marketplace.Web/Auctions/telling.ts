// How the room speaks to the bidder: the question before a large amount, the note in the panel, the receipt.
import { must, put, type Say } from '../Shared/texts';
import type { Sample } from './clock';
import type { Doubt } from './ladder';
import { capitals, yuan } from './money';
import type { Picture } from './picture';
import { nextFall } from './path';
import { cycleNow, falls, shownFen } from './stages';
import { at } from './view';

/** 大额确认: resolves to whether the amount is meant. */
export function sure(say: Say, short: string, fen: number, reasons: readonly Doubt[], p: Picture, ceilingFen: number | null): Promise<boolean> {
  const dialog = must<HTMLDialogElement>('[data-r="ask"]');
  const from = p.priceFen ?? p.startPriceFen;
  const times = (Math.floor(fen * 10 / from) / 10).toFixed(1);
  const steps = Math.floor((fen - from) / p.stepFen).toLocaleString('en');
  put(at('ask-yuan'), yuan(fen));
  put(at('ask-words'), `${short} · ${say('Capitals', capitals(fen))}`);
  put(at('ask-why'), reasons.map(r => say(`Doubt.${r}`, times, steps, yuan(ceilingFen ?? 0))).join(' '));
  dialog.showModal();
  return new Promise(resolve => {
    const done = (yes: boolean) => () => {
      dialog.close();
      resolve(yes);
    };
    must<HTMLButtonElement>('[data-r="ask-yes"]').onclick = done(true);
    must<HTMLButtonElement>('[data-r="ask-no"]').onclick = done(false);
    dialog.oncancel = () => { resolve(false); };
  });
}

export function tell(tone: 'bad' | 'warn', title: string, text: string): void {
  const note = at('answer');
  if (!note) return;
  note.dataset['t'] = tone;
  put(at('answer-title'), title);
  put(at('answer-text'), text);
  note.hidden = false;
}

export function hush(): void {
  const note = at('answer');
  if (note) note.hidden = true;
}

/** The receipt can be kept: a file with the hashes up to the signed head. */
export function toast(text: string, label: string, auction: string, receipt: unknown): void {
  const place = at('toasts');
  if (!place) return;
  const box = document.createElement('div');
  box.className = 'toast';
  const words = document.createElement('p');
  words.textContent = text;
  const link = document.createElement('a');
  link.className = 'btn s';
  link.textContent = label;
  link.download = `receipt-${auction.replaceAll(':', '-')}.json`;
  link.href = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: 'application/json' }));
  box.append(words, link);
  place.replaceChildren(box);
  setTimeout(() => { box.remove(); }, 12_000);
}

/** The connection: its state, how quick it is, and how far the page's clock is from the server's. */
export function tellLink(say: Say, state: 'live' | 'polling' | 'lost', measured: Sample | null): void {
  const lost = state === 'lost';
  const chip = at('link-chip');
  if (chip) {
    put(chip, say(`Link.${state}`));
    chip.dataset['t'] = lost ? 'bad' : 'ok';
  }
  put(at('rtt'), measured && !lost ? say('RoundTrip', Math.round(measured.roundTrip)) : '');
  const drift = measured ? Math.round(measured.offset + performance.now() - Date.now()) : 0;
  put(at('offset'), measured && !lost ? say('Offset', `${drift >= 0 ? '+' : '−'}${Math.abs(drift)}`) : '');
}

const QUIET = 8_000;
let saidLast = '';
let saidWhen = -QUIET;

/** A price that fell and a cycle that began are said politely, the newest only and not more often than one can listen. */
export function sayStage(say: Say, p: Picture, now: number): void {
  if (p.phase !== 'open' || performance.now() < saidWhen + QUIET) return;
  const cycle = cycleNow(p, now);
  const text = falls(p) && p.path ? say(nextFall(p.path, now) === null ? 'SaidFloor' : 'SaidAsked', yuan(shownFen(p, now))) : cycle > 0 ? say('SaidCycle', cycle) : '';
  if (text === '' || text === saidLast) return;
  [saidLast, saidWhen] = [text, performance.now()];
  put(at('polite'), text);
}
