// The one button of a falling price: the amount it would accept now, when it falls next, and the question before it is sent.
import { must, put, type Say } from '../Shared/texts';
import { timeOfDay } from './clock';
import { capitals, yuan } from './money';
import { nextFall, passed, priceAfter } from './path';
import type { Mine, Picture } from './picture';
import { falls, shownFen } from './stages';
import { at } from './view';

/** What the button says and whether it can be pressed; called on every tick. */
export function acceptPanel(say: Say, short: (fen: number) => string, p: Picture, mine: Mine, now: number, lost: boolean, busy: boolean): void {
  const button = at<HTMLButtonElement>('accept');
  if (!button || !p.path) return;
  const fen = shownFen(p, now);
  const off = lost || busy || mine.suspended || p.phase !== 'open' || !falls(p);
  for (const b of document.querySelectorAll<HTMLButtonElement>('[data-accept]')) {
    if (b.disabled !== off) b.disabled = off;
    b.dataset['fen'] = String(fen);
    if (b === button) continue;
    b.hidden = false;
    put(b, say('Accept', yuan(fen)));
  }
  put(at('accept-title'), busy ? say('Sending') : lost ? say('NotNow') : mine.suspended ? say('My.suspended')
    : !falls(p) ? say('Off.closing') : p.phase !== 'open' ? say(`Off.${p.phase}`) : say('Accept', yuan(fen)));
  put(at('accept-sub'), busy ? '' : short(fen));
  const next = nextFall(p.path, now);
  put(at('next-fall'), next === null ? say('AtFloor') : say('NextFallText', yuan(priceAfter(p.path, p.startPriceFen, passed(p.path, now) + 1)), timeOfDay(next)));
}

/** In the panel, and on a phone in the dock: each button accepts what it says. */
export function onAccept(accept: (fen: number) => void): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-accept]')) {
    button.addEventListener('click', event => {
      event.preventDefault();
      accept(Number(button.dataset['fen']));
    });
  }
}

/** Names the amount, exact and in capitals; resolves to whether it is meant. */
export function sureToAccept(say: Say, short: string, fen: number): Promise<boolean> {
  const dialog = must<HTMLDialogElement>('[data-r="ask"]');
  put(at('ask-yuan'), yuan(fen));
  put(at('ask-words'), `${short} · ${say('Capitals', capitals(fen))}`);
  put(at('ask-why'), say('AcceptWhy', yuan(fen)));
  dialog.showModal();
  return new Promise(resolve => {
    const done = (yes: boolean) => () => {
      dialog.close();
      resolve(yes);
    };
    const yes = must<HTMLButtonElement>('[data-r="ask-yes"]');
    yes.onclick = done(true);
    must<HTMLButtonElement>('[data-r="ask-no"]').onclick = done(false);
    dialog.oncancel = () => { resolve(false); };
  });
}
