// What stands after the lines of a transcript: price and leader while it runs, the result once it ended, and what became
// of the result afterwards. The same words as Auction.OutcomeName; a line that nobody knows is a fault, never skipped.

export type Fields = Record<string, unknown>;

/** @property winner of the sale that stands now, or that was made at the close when none stands any more. */
export interface Result {
  outcome: 'sold' | 'unsold' | 'cancelled' | 'void' | 'refused' | 'defaulted';
  priceFen: number | null;
  winner: number | null;
  /** The second-best took the place of a winner who defaulted. */
  promoted: boolean;
  /** Who defaulted, in order. */
  defaulted: readonly number[];
  /** Who was asked as second-best and has not answered. */
  asked: { paddle: number; priceFen: number; until: string } | null;
  /** The refused bids that the end names. */
  refused: { count: number; digest: string };
}

export type Wrong = 'unknown' | 'result' | 'afterClose' | 'omitted' | 'twice';

interface Lead { priceFen: number; leader: number }

const AFTER_THE_CLOSE = new Set([
  'secrets-opened', 'deal-recorded', 'countersigned', 'minutes-signed', 'result-voided', 'winner-defaulted', 'seller-refused', 'left-waiting',
  'second-offered', 'second-answered', 'second-deal-recorded',
]);

/** Lines that change neither the price nor what stands. */
const MOVES_NOTHING = new Set([
  'ceiling-set', 'opened', 'resumed', 'breakpoint-set', 'end-linked', 'offer-sealed',
  'share-given', 'secrets-opened', 'deal-recorded', 'paused', 'stop-lifted', 'continued', 'waits-as-second', 'left-waiting', 'second-deal-recorded',
  'lot-called', 'ask-set', 'warning-called', 'holders-asked', 'hall-paused', 'hall-went-on', 'countersigned', 'minutes-signed',
]);

/** What the same append must hold next. */
const FOLLOWS = new Map([['hammer-fell', 'closed'], ['lot-passed', 'closed'], ['envelopes-published', 'offers-opened']]);

export class Course {
  private lead: Lead | null = null;
  private isHall = false;
  private hammer: Lead | null = null;
  private passed = false;
  private end: { outcome: 'sold' | 'unsold' | 'cancelled'; lead: Lead | null; refused: { count: number; digest: string } } | null = null;
  private owed: string | undefined;
  private listing: { posted: number; cycles: number; decided: number; open: boolean } | null = null;
  private intents: number[] = [];
  private readonly ranks = new Map<number, number>();
  private voided = false;
  private sellerRefused = false;
  private readonly defaulted: number[] = [];
  private offer: { paddle: number; priceFen: number; until: string } | null = null;
  private answer: string | null = null;

  /** Takes the next line; says what is wrong with it. */
  take(type: string, line: Fields): Wrong | null {
    const owed = this.owed;
    if (owed !== undefined && type !== owed) return 'omitted';
    this.owed = FOLLOWS.get(type);
    if (this.end && !AFTER_THE_CLOSE.has(type)) return 'afterClose';
    switch (type) {
      case 'bid-accepted': case 'proxy-accepted': this.lead = lead(line, 'priceFen', 'leader'); break;
      case 'hall-bid': this.lead = lead(line, 'amountFen', 'paddle'); break;
      case 'bid-corrected': this.lead = line['leader'] === null ? null : lead(line, 'priceFen', 'leader'); break;
      // The best of the sealed offers leads; where none counted the standing stays.
      case 'offers-opened': {
        const best = line['best'] as Fields;
        if (best['leader'] !== undefined) this.lead = lead(best, 'priceFen', 'leader');
        break;
      }
      case 'matching-opened': return same(this.lead, lead(line, 'priceFen', 'leader')) ? null : 'result';
      case 'hammer-fell':
        this.hammer = lead(line, 'priceFen', 'paddle');
        return same(this.lead, this.hammer) ? null : 'result';
      case 'lot-passed': this.passed = true; break;
      case 'envelopes-published': break;
      case 'terms-fixed':
        this.isHall = line['format'] === 'hall';
        if (line['format'] === 'listed') this.listing = { posted: Number(line['startPriceFen']), cycles: Number((line['listing'] as Fields)['cycles']), decided: 0, open: true };
        break;
      case 'bidder-admitted': this.intents.push(Number(line['paddle'])); break;
      case 'priority-granted': this.ranks.set(Number(line['paddle']), Number(line['rank'])); break;
      case 'suspended': this.intents = this.intents.filter(paddle => paddle !== line['paddle']); break;
      case 'listing-decided': return this.decide(line);
      case 'closed': return this.close(line);
      case 'cancelled': this.end = { outcome: 'cancelled', lead: null, refused: refusedOf(line) }; break;
      case 'result-voided':
        if (this.end?.outcome !== 'sold' || this.voided) return 'result';
        this.voided = true;
        break;
      case 'seller-refused':
        if (!this.standing()) return 'result';
        this.sellerRefused = true;
        break;
      case 'winner-defaulted':
        if (this.standing()?.leader !== line['paddle']) return 'result';
        this.defaulted.push(Number(line['paddle']));
        break;
      case 'second-offered':
        if (this.defaulted.length !== 1 || this.offer || this.defaulted.includes(Number(line['paddle']))) return 'result';
        this.offer = { paddle: Number(line['paddle']), priceFen: Number(line['priceFen']), until: String(line['until']) };
        break;
      case 'second-answered':
        if (this.offer?.paddle !== line['paddle'] || this.answer !== null) return 'result';
        this.answer = String(line['answer']);
        break;
      default: if (!MOVES_NOTHING.has(type)) return 'unknown';
    }
    return null;
  }

  /** Whether something that must follow the last line is missing. */
  get isOpenEnded(): boolean {
    return this.owed !== undefined;
  }

  /** Null before the end. */
  get result(): Result | null {
    const end = this.end;
    if (!end) return null;
    const stands = this.standing();
    const asked = this.offer && this.answer === null && !this.voided && !this.sellerRefused ? this.offer : null;
    const outcome = end.outcome !== 'sold' ? end.outcome : this.voided ? 'void' : this.sellerRefused ? 'refused' : stands ? 'sold' : 'defaulted';
    const sale = stands ?? end.lead;
    return {
      outcome, priceFen: sale?.priceFen ?? null, winner: sale?.leader ?? null, promoted: stands !== null && this.defaulted.length > 0,
      defaulted: this.defaulted, asked, refused: end.refused,
    };
  }

  private close(line: Fields): Wrong | null {
    const sold = line['outcome'] === 'sold';
    this.end = { outcome: sold ? 'sold' : 'unsold', lead: sold ? this.lead : null, refused: refusedOf(line) };
    const says = sold ? lead(line, 'priceFen', 'winner') : null;
    // A lot in a hall ends by the auctioneer's word alone.
    if (this.isHall && (sold ? !this.hammer : !this.passed)) return 'result';
    // Nor does a listed lot before the end of its notice is decided.
    if (this.listing?.open) return 'result';
    return (sold ? says && same(this.lead, says) : line['priceFen'] === null && line['winner'] === null) ? null : 'result';
  }

  /** How many intents there are decides how a listing goes on; the first of them stands at the posted price, a holder of priority before the others. */
  private decide(line: Fields): Wrong | null {
    const listing = this.listing;
    if (!listing?.open) return 'result';
    listing.decided++;
    const rank = (paddle: number): number => this.ranks.get(paddle) ?? Infinity;
    const first = this.intents.reduce<number | null>((best, paddle) => best === null || rank(paddle) < rank(best) ? paddle : best, null);
    const course = first === null ? listing.decided <= listing.cycles ? 'Extended' : 'Ended' : this.intents.length > 1 ? 'Bidding' : 'Agreed';
    listing.open = course === 'Extended';
    this.lead = first === null ? null : { priceFen: listing.posted, leader: first };
    const asSaid = line['number'] === listing.decided && line['course'] === course && line['leader'] === first && line['priceFen'] === (this.lead?.priceFen ?? null);
    return asSaid ? null : 'result';
  }

  private standing(): Lead | null {
    if (this.end?.outcome !== 'sold' || this.voided || this.sellerRefused) return null;
    if (this.defaulted.length === 0) return this.end.lead;
    return this.defaulted.length === 1 && this.offer && this.answer === 'Accepted' ? { priceFen: this.offer.priceFen, leader: this.offer.paddle } : null;
  }
}

const lead = (line: Fields, price: string, paddle: string): Lead => ({ priceFen: Number(line[price]), leader: Number(line[paddle]) });
const same = (a: Lead | null, b: Lead): boolean => a?.priceFen === b.priceFen && a.leader === b.leader;
const refusedOf = (line: Fields) => ({ count: Number(line['refused']), digest: String(line['refusedDigest']) });
