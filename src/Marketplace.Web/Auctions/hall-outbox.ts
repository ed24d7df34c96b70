// Floor bids that were entered while nobody answered: kept on this device with their ids, sent again in their order when
// the line is back. The market judges each when it arrives, and one id counts once.

export interface FloorBid { bidId: string; paddle: number; amountFen: number; since: number; reason?: string }

export type Sent = { done: true } | { refused: string; code: string } | { unknown: true };

export interface Keep { getItem(key: string): string | null; setItem(key: string, value: string): void }

export class Outbox {
  private readonly key: string;
  private sending = false;

  constructor(lot: string, private readonly keep: Keep, private readonly post: (bid: FloorBid) => Promise<Sent>) {
    this.key = `floor:${lot}`;
  }

  get waiting(): FloorBid[] {
    try {
      return JSON.parse(this.keep.getItem(this.key) ?? '[]') as FloorBid[];
    } catch {
      return [];
    }
  }

  add(bid: FloorBid): void { this.keep.setItem(this.key, JSON.stringify([...this.waiting, bid])); }

  /** Sends what waits, one after the other; stops at the first that nobody answers. */
  async flush(told: (bid: FloorBid, answer: Sent) => void): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (let next = this.waiting[0]; next; next = this.waiting[0]) {
        const bid = next;
        const answer = await this.post(bid);
        if ('unknown' in answer) return;
        this.keep.setItem(this.key, JSON.stringify(this.waiting.filter(b => b.bidId !== bid.bidId)));
        told(bid, answer);
      }
    } finally {
      this.sending = false;
    }
  }
}
