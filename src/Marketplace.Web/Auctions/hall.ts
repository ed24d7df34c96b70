// What the live pages of a hall share: the shapes that come over the wire, and how they are said.
import { put, type Say } from '../Shared/texts';
import { million, wan, yuan } from './money';

export interface HallBid { version: number; at: string; paddle: number; from: 'floor' | 'net'; amountFen: number; isMatch: boolean }
export interface Told { version: number; at: string; paddle: number; what: string; priceFen: number | null }

export interface HallPart {
  calledAt: string | null;
  warningSeconds: number;
  tieGoesTo: string;
  warnings: number;
  warnedAt: string | null;
  nextAt: string | null;
  leaderFrom: 'floor' | 'net' | null;
  hasReserve: boolean;
  paused: string | null;
  pausedBecause: string | null;
  last: HallBid[];
  told: Told[];
  floorFrom: number;
  floorTo: number;
  holders: { paddle: number; rank: number }[];
  mayMatch: number[];
  holdersAsked: boolean;
}

export interface HallPicture {
  id: string;
  version: number;
  phase: string;
  priceFen: number | null;
  leaderPaddle: number | null;
  startPriceFen: number;
  nextMinFen: number;
  stepFen: number;
  serverNow: string;
  bidders: number;
  outcome: 'sold' | 'unsold' | null;
  winnerPaddle: number | null;
  hall: HallPart;
}

export interface Desk {
  picture: HallPicture;
  reserveReached: boolean | null;
  mayCorrect: number | null;
  unsigned: number[];
  floorPaddles: number[];
  refused: { paddle: number; amountFen: number | null; at: string; reason: string }[];
  minutesSignedBy: string[];
}

export interface LotLine {
  id: string; place: number; title: string; seller: string; right: string; phase: string;
  priceFen: number | null; startPriceFen: number; outcome: string | null; winner: number | null; buyer: string | null; buyerConfidential: boolean;
}

export const number = (paddle: number): string => String(paddle).padStart(3, '0');

export const short = (language: string, fen: number): string => language === 'zh' ? wan(fen) : million(fen);

export const seconds = (ms: number): string => String(Math.max(0, Math.ceil(ms / 1000))).padStart(2, '0');

export const at = (name: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-r="${name}"]`);

export function write(name: string, text: string): void { put(at(name), text); }

export function show(name: string, visible: boolean): void {
  const element = at(name);
  if (element) element.hidden = !visible;
}

/** A row of a table from plain texts; `class text`, the class before the first space. */
export function row(cells: [string, string][], cls = ''): HTMLTableRowElement {
  const line = document.createElement('tr');
  line.className = cls;
  for (const [kind, text] of cells) {
    const cell = document.createElement('td');
    if (kind.startsWith('paddle')) {
      const box = document.createElement('span');
      box.className = 'paddle';
      box.textContent = text;
      cell.append(box);
    } else {
      cell.className = kind;
      cell.textContent = text;
    }
    line.append(cell);
  }
  return line;
}

/** Which side a bid came from; a match says what it is. */
export const side = (say: Say, bid: HallBid): string => say(bid.isMatch ? 'Side.match' : `Side.${bid.from}`);

/** Where the lot stands in one word, as a key of the texts. */
export function phaseKey(p: HallPicture): string {
  return p.phase === 'closed' ? `Outcome.${p.outcome}` : p.phase === 'open' && p.hall.warnings > 0 ? `Warning${p.hall.warnings}` : `Phase.${p.phase}`;
}

export function tone(p: HallPicture): string {
  return p.phase === 'closed' ? p.outcome === 'sold' ? 'ok' : 'off' : p.phase === 'open' ? 'live' : p.phase === 'paused' ? 'warn' : 'plan';
}

export function lead(say: Say, p: HallPicture): string {
  return p.leaderPaddle === null ? say('NobodyYet') : say(`From.${p.hall.leaderFrom ?? 'net'}`, number(p.leaderPaddle));
}

export function price(p: HallPicture): string { return yuan(p.priceFen ?? p.startPriceFen); }

/** Who bought a lot, as far as the hall may read it; nothing before the hammer. */
export function bought(say: Say, lot: LotLine): string {
  return lot.outcome !== 'sold' ? '' : lot.buyer !== null ? say('BoughtBy', lot.buyer) : lot.buyerConfidential ? say('BuyerConfidential') : '';
}

/** What a line of the order says about a lot. */
export function stands(say: Say, language: string, lot: LotLine, up: string | null): string {
  if (lot.outcome === 'sold') return say('Sold', short(language, lot.priceFen ?? 0));
  if (lot.outcome) return say('Outcome.unsold');
  return lot.id === up && lot.phase !== 'announced' ? say('UpNow') : say('StartsAt', short(language, lot.startPriceFen));
}
