// News of one auction. The hub is for speed, a pull is for truth: every few seconds the page asks for the picture and so
// measures round trip and clock. Without a hub it asks every second. A connection that is lost says so at once.
import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel, type HubConnection } from '@microsoft/signalr';
import { best, sample, type Sample } from './clock';
import { Course, type Line, type Picture, type Updates } from './picture';

export type Link = { state: 'live' | 'polling' | 'lost'; lostSince: number; attempt: number };

export interface FeedNews {
  picture(): void;
  lines(fresh: Line[]): void;
  link(link: Link): void;
}

const PULL_EVERY = 5_000;
const POLL_EVERY = 1_000;
const ANSWER_WITHIN = 4_000;
const HUB_WAITS = [0, 1_000, 2_000, 5_000, 10_000, 30_000];
const LOST_WAITS = [500, 1_000, 2_000, 4_000, 8_000];

export class Feed {
  readonly link: Link = { state: 'polling', lostSince: 0, attempt: 0 };
  private readonly samples: Sample[] = [];
  private readonly hub: HubConnection;
  private hubTries = 0;
  private pullTimer = 0;
  private pulling = false;
  private catching = false;

  constructor(private readonly course: Course, private readonly news: FeedNews, private offset: number) {
    this.hub = new HubConnectionBuilder()
      .withUrl('/hubs/auction', { skipNegotiation: true, transport: HttpTransportType.WebSockets })
      .configureLogging(LogLevel.None)
      .build();
    this.hub.on('picture', (p: Picture) => { this.take(p); });
    this.hub.onclose(() => { void this.pull(); this.retryHub(); });
    addEventListener('online', () => { void this.pull(); });
    addEventListener('offline', () => { this.lose(); });
    document.addEventListener('visibilitychange', () => { if (!document.hidden) void this.pull(); });
  }

  /** The server's time now, in milliseconds since 1970. */
  now(): number { return performance.now() + (this.measured?.offset ?? this.offset); }

  /** The quickest of the last round trips, null before the first. */
  get measured(): Sample | null { return best(this.samples); }

  start(): void {
    void this.pull();
    void this.connect();
  }

  /** Asks for the truth now; also after an answered bid. */
  async pull(): Promise<void> {
    if (this.pulling) return;
    this.pulling = true;
    clearTimeout(this.pullTimer);
    try {
      const sentAt = performance.now();
      const picture = await get<Picture>(this.url());
      this.samples.push(sample(Date.parse(picture.serverNow), sentAt, performance.now()));
      if (this.samples.length > 8) this.samples.shift();
      this.setLink(this.hub.state === HubConnectionState.Connected ? 'live' : 'polling');
      this.take(picture);
    } catch {
      this.lose();
    } finally {
      this.pulling = false;
      const wait = this.link.state === 'live' ? PULL_EVERY
        : this.link.state === 'polling' ? POLL_EVERY
        : LOST_WAITS[Math.min(this.link.attempt, LOST_WAITS.length) - 1] ?? 500;
      // A closed auction has no more news worth a second's haste.
      this.pullTimer = window.setTimeout(() => { void this.pull(); }, this.course.picture.phase === 'closed' ? 30_000 : wait);
    }
  }

  private url(more = ''): string { return `/api/auctions/${encodeURIComponent(this.course.picture.id)}${more}`; }

  private take(picture: Picture): void {
    if (this.course.show(picture)) this.news.picture();
    if (this.course.behind) void this.catchUp();
  }

  private async catchUp(): Promise<void> {
    if (this.catching) return;
    this.catching = true;
    try {
      while (this.course.behind) {
        const fresh = this.course.catchUp(await get<Updates>(this.url(`/updates?after=${this.course.known}`)));
        this.news.picture();
        this.news.lines(fresh);
      }
    } catch {
      // The next picture or pull finds the gap again.
    } finally {
      this.catching = false;
    }
  }

  private async connect(): Promise<void> {
    try {
      await this.hub.start();
      this.hubTries = 0;
      this.take(await this.hub.invoke<Picture>('Join', this.course.picture.id, this.course.known));
      this.setLink('live');
      void this.catchUp();
    } catch {
      if (this.hub.state === HubConnectionState.Connected) await this.hub.stop();
      else this.retryHub();
    }
  }

  private retryHub(): void {
    const wait = HUB_WAITS[Math.min(++this.hubTries, HUB_WAITS.length - 1)] ?? 30_000;
    window.setTimeout(() => { void this.connect(); }, wait);
  }

  private lose(): void {
    this.link.attempt++;
    if (this.link.state !== 'lost') this.link.lostSince = performance.now();
    this.link.state = 'lost';
    this.news.link(this.link);
  }

  private setLink(state: 'live' | 'polling'): void {
    const changed = this.link.state !== state;
    this.link.state = state;
    this.link.attempt = 0;
    if (changed) this.news.link(this.link);
  }
}

export async function get<T>(url: string): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN), cache: 'no-store', headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return await answer.json() as T;
}
