// Sending a bid. Its id is made and kept before it leaves, so that an answer nobody heard is asked for again with the
// same id, also after the page was reloaded: the bid is in the log once or not at all.

export type Offer = { amountFen: number } | { proxyMaxFen: number };

export interface Pending { bidId: string; offer: Offer; since: number }

export interface Accepted { version: number; hash: string; receivedAt: string; priceFen: number; leading: boolean; receipt: unknown }

export interface Problem { status: number; code: string; title: string; about?: string }

export type Answer = { accepted: Accepted } | { refused: Problem };

export interface Keep {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Road {
  post(body: unknown): Promise<Response>;
  wait(ms: number): Promise<void>;
}

const WAITS = [300, 700, 1_500, 3_000, 5_000];

export class Sender {
  private readonly key: string;

  constructor(auction: string, private readonly keep: Keep, private readonly road: Road, private readonly newId: () => string, private readonly unknown: (attempt: number, pending: Pending) => void) {
    this.key = `bid:${auction}`;
  }

  /** A bid whose answer is still unknown, from this page or from before a reload. */
  get pending(): Pending | null {
    const kept = this.keep.getItem(this.key);
    if (kept === null) return null;
    try {
      return JSON.parse(kept) as Pending;
    } catch {
      this.keep.removeItem(this.key);
      return null;
    }
  }

  async send(offer: Offer, now: number): Promise<Answer> {
    const pending: Pending = { bidId: this.newId(), offer, since: now };
    this.keep.setItem(this.key, JSON.stringify(pending));
    return await this.repeat(pending);
  }

  /** Asks until there is an answer; the same id always means the same bid. */
  async repeat(pending: Pending): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.once(pending);
      if (answer) {
        this.keep.removeItem(this.key);
        return answer;
      }
      this.unknown(attempt, pending);
      await this.road.wait(WAITS[Math.min(attempt, WAITS.length) - 1] ?? 5_000);
    }
  }

  private async once(pending: Pending): Promise<Answer | null> {
    let reply: Response;
    try {
      reply = await this.road.post({ bidId: pending.bidId, ...pending.offer });
      if (reply.ok) return { accepted: await reply.json() as Accepted };
    } catch {
      return null;
    }
    // 5xx decided nothing that we know of, and "too fast" was not even looked at. Everything else is an answer.
    if (reply.status >= 500 || reply.status === 429) return null;
    let problem: Partial<Problem> = {};
    try {
      problem = await reply.json() as Partial<Problem>;
    } catch {
      // A proxy's page instead of problem details; the status says enough.
    }
    return { refused: { status: reply.status, code: problem.code ?? '', title: problem.title ?? '', ...(problem.about === undefined ? {} : { about: problem.about }) } };
  }
}
