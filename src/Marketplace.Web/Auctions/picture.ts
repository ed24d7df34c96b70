// What the market tells of an auction, as it comes over the wire. Amounts in fen, moments ISO 8601 UTC.

import type { FallingPath } from './path';

export type PhaseName = 'announced' | 'open' | 'opening' | 'closing' | 'paused' | 'closed';

export interface Picture {
  id: string;
  version: number;
  phase: PhaseName;
  priceFen: number | null;
  leaderPaddle: number | null;
  leaderRank?: number | null;
  startPriceFen: number;
  nextMinFen: number;
  stepFen: number;
  opensAt: string;
  endsAt: string;
  softCloseSeconds: number;
  serverNow: string;
  bids: number;
  bidders: number;
  extensions: number;
  outcome: 'sold' | 'unsold' | null;
  winnerPaddle: number | null;
  format: 'english' | 'dynamic' | 'sealed' | 'dutch' | 'hybrid-dutch' | 'listed';
  rules: string;
  stage: 'listing' | 'rising' | 'falling' | 'sealed' | 'last-word' | 'matching';
  /** What a falling price asked when the picture was made. */
  askedFen: number | null;
  path: FallingPath | null;
  cycles: { seconds: number; freeUntil: string; number: number } | null;
  priceTaker: number | null;
  latestEndsAt: string | null;
  /** Bidding that was stopped goes on then; null unless it waits for that. */
  resumesAt?: string | null;
  sealed: { offers: number; opened: boolean; valid: number | null } | null;
  /** Of a listed lot: how often the notice was extended and may be, and what its end came to. */
  listing?: { extended: number; cycles: number; course: 'agreed' | 'bidding' | 'ended' | null } | null;
}

export interface Line {
  version: number;
  at: string;
  type: string;
  paddle: number | null;
  amountFen: number | null;
  proxy: boolean;
  priceFen: number | null;
  leader: number | null;
  endsAt: string | null;
  hash: string;
}

export interface Updates { reload: boolean; picture: Picture; lines?: Line[] }

export interface Mine {
  paddle: number;
  ceilingFen: number | null;
  suspended: boolean;
  leading: boolean;
  myMaxFen: number | null;
  /** The rank of priority; null for everybody else. */
  rank?: number | null;
  depositFen?: number;
  depositState?: string;
}

export const isBid = (line: Line): boolean => line.type.startsWith('bid-accepted') || line.type.startsWith('proxy-accepted');

/** What the page knows of the log: the newest picture, the lines so far, and whether some are missing between. */
export class Course {
  lines: Line[];
  picture: Picture;
  /** The newest version whose line, if it is a public one, is in the list. */
  known: number;
  /** Lines were left out because they were too many; the transcript page has them. */
  gap = false;

  constructor(picture: Picture, lines: Line[], known: number) {
    this.picture = picture;
    this.lines = lines;
    this.known = known;
  }

  /** Takes a picture in unless it is older; of the same version the later moment wins, because the phase follows the clock. */
  show(picture: Picture): boolean {
    const older = picture.version < this.picture.version
      || (picture.version === this.picture.version && picture.serverNow < this.picture.serverNow);
    if (older) return false;
    this.picture = picture;
    return true;
  }

  get behind(): boolean { return this.picture.version > this.known; }

  /** Takes the answer of `updates?after=known` in; a line that came twice is taken once. */
  catchUp(updates: Updates): Line[] {
    this.show(updates.picture);
    if (updates.reload) {
      this.gap = true;
      this.known = updates.picture.version;
      return [];
    }
    const fresh = (updates.lines ?? []).filter(l => l.version > this.known);
    this.lines.push(...fresh);
    this.known = Math.max(this.known, updates.picture.version, ...fresh.map(l => l.version));
    return fresh;
  }
}
