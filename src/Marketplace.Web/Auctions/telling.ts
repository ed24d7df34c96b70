// How the room speaks to the bidder: the question before a large amount, the note in the panel, the receipt.
import { must, put, type Say } from '../Shared/texts';
import type { Doubt } from './ladder';
import { capitals, yuan } from './money';
import type { Picture } from './picture';
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
