// What the formats differ in for whoever looks: which price counts now, which clock runs, which stage of the bar it is.
import type { Mine, Picture } from './picture';
import { nextFall, priceAt } from './path';

export type StepKey = 'Bidding' | 'Free' | 'Cycles' | 'Falling' | 'Sealed' | 'LastWord' | 'Matching' | 'Closed';

/** A falling price that nobody has accepted. */
export const falls = (p: Picture): boolean => p.stage === 'falling' && p.path !== null && p.leaderPaddle === null && p.outcome === null;

/** The price to show: the asked one while it falls, then the bid, before any bid the start price. */
export const shownFen = (p: Picture, now: number): number =>
  falls(p) && p.path ? priceAt(p.path, p.startPriceFen, p.phase === 'announced' ? Date.parse(p.path.beganAt) : now) : p.priceFen ?? p.startPriceFen;

/** 动态报价: in the free period; while it is paused, as of the pause. */
const isFree = (p: Picture, now: number): boolean =>
  p.cycles !== null && (p.phase === 'paused' ? p.cycles.number === 0 : now < Date.parse(p.cycles.freeUntil));

/** The step of the phase bar at this moment; null before the opening. */
export function stepNow(p: Picture, now: number): StepKey | null {
  if (p.phase === 'closed') return 'Closed';
  if (p.phase === 'announced' || p.stage === 'listing') return null;
  if (p.stage === 'matching') return 'Matching';
  if (p.cycles) return isFree(p, now) ? 'Free' : 'Cycles';
  return p.stage === 'falling' ? 'Falling' : p.stage === 'sealed' ? 'Sealed' : p.stage === 'last-word' && p.format === 'hybrid-dutch' ? 'LastWord' : 'Bidding';
}

/** The number of the present cycle; 0 before the first. The picture may be older than the clock. */
export const cycleNow = (p: Picture, now: number): number =>
  p.cycles === null || p.phase === 'announced' ? 0 : Math.max(p.cycles.number, isFree(p, now) ? 0 : 1);

/** The phase as the page says it: bidding that was stopped and is to go on is more than announced. */
export const phaseSays = (p: Picture): string => p.phase === 'announced' && p.resumesAt ? 'resuming' : p.phase;

export interface ClockPlan {
  /** The moment that is counted down to. */
  target: number;
  /** The key of the words under it. */
  says: 'OpensAt' | 'ListedUntil' | 'ResumesAt' | 'EndsAt' | 'FreeUntil' | 'CycleEnds' | 'NextFall' | 'FloorUntil' | 'SealedUntil' | 'WordUntil' | 'MatchUntil';
  /** Of which whole the ring shows the rest. */
  whole: number;
}

export function clockNow(p: Picture, now: number): ClockPlan {
  const opens = Date.parse(p.opensAt);
  const ends = Date.parse(p.endsAt);
  if (p.phase === 'announced') return { target: opens, says: p.resumesAt ? 'ResumesAt' : p.stage === 'listing' ? 'ListedUntil' : 'OpensAt', whole: 0 };
  if (p.stage === 'matching') return { target: ends, says: 'MatchUntil', whole: ends - opens };
  if (p.cycles) {
    const free = Date.parse(p.cycles.freeUntil);
    if (isFree(p, now) && opens < free) return { target: free, says: 'FreeUntil', whole: free - opens };
    return { target: ends, says: 'CycleEnds', whole: p.cycles.seconds * 1000 };
  }
  if (falls(p) && p.path) {
    const next = nextFall(p.path, now);
    return { target: next ?? ends, says: next === null ? 'FloorUntil' : 'NextFall', whole: p.path.intervalSeconds * 1000 };
  }
  if (p.stage === 'sealed') return { target: ends, says: 'SealedUntil', whole: ends - opens };
  if (p.stage === 'last-word') return { target: ends, says: 'WordUntil', whole: ends - opens };
  const window = p.softCloseSeconds * 1000;
  return { target: ends, says: 'EndsAt', whole: window > 0 && ends - now <= window ? window : ends - opens };
}

/** What the panel says of the reader. */
export function myState(mine: Mine, p: Picture, lost: boolean, haveBid: boolean): string {
  if (lost) return 'lost-link';
  if (mine.suspended) return 'suspended';
  if (p.phase === 'announced' && p.stage === 'listing') return 'intent';
  if (p.phase !== 'open') return phaseSays(p);
  const taker = p.priceTaker === mine.paddle;
  if (p.stage === 'sealed') return taker ? 'taker' : 'seal';
  if (mine.leading) return 'lead';
  if (p.stage === 'falling') return 'asked';
  if (p.stage === 'matching') return mine.rank == null ? 'wait' : 'match';
  if (p.stage === 'last-word') return taker ? 'word' : 'wait';
  return haveBid ? 'out' : 'none';
}
