// Writing the room: everything visible follows from one picture, the lines, who I am, and the clock.
import { el, put, type Say } from '../Shared/texts';
import { countdown, hourMinute, millis, monthDay, timeOfDay } from './clock';
import { drawCourse } from './course';
import { offers, type Terms } from './ladder';
import { million, wan, yuan } from './money';
import { isBid, type Course, type Line, type Mine, type Picture } from './picture';
import { clockNow, cycleNow, falls, phaseSays, shownFen, stepNow } from './stages';

export interface RoomData {
  picture: Picture;
  lines: Line[];
  bidsBefore: number;
  terms: Terms;
  mine: Mine | null;
  signedIn: boolean;
  language: 'zh' | 'en';
  csrf: string;
  texts: Record<string, string>;
}

export const at = <T extends Element = HTMLElement>(name: string): T | null => document.querySelector<T>(`[data-r="${name}"]`);
export const paddle = (n: number): string => String(n).padStart(3, '0');

const SHOWN = 50;

/** Today the time alone, another day also its date. */
const near = (at: number, now: number): string => monthDay(at) === monthDay(now) ? timeOfDay(at) : `${monthDay(at)} ${hourMinute(at)}`;

export class View {
  private readonly short: (fen: number) => string;
  private firstBid: number;
  private lastDraw = 0;
  private step = '';

  constructor(private readonly data: RoomData, private readonly course: Course, private readonly say: Say) {
    this.short = fen => say('Short', data.language === 'zh' ? wan(fen) : million(fen));
    this.firstBid = data.bidsBefore + 1;
  }

  shortOf(fen: number): string { return this.short(fen); }

  private get bids(): Line[] { return this.course.lines.filter(isBid); }

  /** My last bid, if it is among the lines the page carries. */
  private myLast(mine: Mine): Line | undefined { return this.bids.findLast(l => l.paddle === mine.paddle); }

  /** My hidden maximum; what I lead with after an open bid is none. */
  myMax(mine: Mine): number | null { return this.myLast(mine)?.proxy ? mine.myMaxFen : null; }

  /** What I am good for: my maximum, or what I offered last and openly. */
  myOffer(mine: Mine): number | null { return this.myMax(mine) ?? this.myLast(mine)?.amountFen ?? null; }

  haveBid(mine: Mine): boolean { return this.myLast(mine) !== undefined; }

  price(now: number): void {
    const p = this.course.picture;
    const fen = shownFen(p, now);
    const changed = at('price')?.textContent !== yuan(fen);
    put(at('price'), yuan(fen));
    put(at('short'), this.short(fen));
    put(at('price-label'), falls(p) ? this.say(p.phase === 'announced' ? 'StartPrice' : 'AskedPrice')
      : p.stage === 'sealed' && p.priceTaker !== null ? this.say('TakenPrice') : p.format === 'hybrid-dutch' && p.stage === 'last-word' ? this.say('BestOffer')
      : p.priceFen === null || p.bids === 0 ? this.say(p.listing ? 'PostedPrice' : 'StartPrice') : this.say('CurrentPriceNo', p.bids));
    const leader = at('leader');
    if (leader) leader.hidden = p.leaderPaddle === null;
    const nobody = at('nobody');
    if (nobody) nobody.hidden = p.leaderPaddle !== null;
    const badge = at('leader-paddle');
    if (badge && p.leaderPaddle !== null) {
      put(badge, paddle(p.leaderPaddle));
      badge.classList.toggle('me', p.leaderPaddle === this.data.mine?.paddle);
    }
    const above = at('above');
    if (above) {
      above.hidden = p.priceFen === null && fen === p.startPriceFen;
      put(above, this.say(fen < p.startPriceFen ? 'BelowStart' : p.format === 'listed' ? 'AbovePosted' : 'AboveStart', (Math.abs(fen - p.startPriceFen) * 100 / p.startPriceFen).toFixed(1)));
    }
    put(at('counts'), p.path ? this.say('CountsFalling', p.bidders) : this.say('Counts', p.bids, p.bidders, p.extensions));
    put(at('bidders'), this.say('BiddersText', p.bidders));
    put(at('next-min'), yuan(p.nextMinFen));
    put(at('dock-price'), yuan(fen));
    const none = at('no-bids');
    if (none) none.hidden = p.bids > 0;
    const paused = at('paused');
    if (paused) paused.hidden = p.phase !== 'paused';
    document.title = `${yuan(fen)} · ${document.title.replace(/^[\d,.]+ · /, '')}`;
    if (changed) at('price')?.classList.replace('fresh', 'fresh-again') || at('price')?.classList.add('fresh');
  }

  /** Ring, countdown and phase; called on every tick. */
  clock(now: number): { left: number; lastMinute: boolean } {
    const p = this.course.picture;
    const { target, says, whole } = clockNow(p, now);
    const ends = Date.parse(p.endsAt);
    const left = target - now;
    const text = p.phase === 'paused' ? this.say('PausedShort') : p.phase === 'closing' || p.phase === 'opening' || (p.phase === 'open' && left <= 0) ? this.say('Closing') : countdown(left, this.say('Days'));
    put(at('left'), text);
    at('left')?.classList.toggle('long', text.length > 7);
    put(at('dock-left'), text);
    put(at('until'), p.phase === 'paused' ? this.say('ClockStopped') : this.say(says, near(target, now)));
    const ends2 = at('ends-after');
    if (ends2 && !falls(p) && p.stage !== 'listing') put(ends2, p.phase === 'paused' ? this.say('AfterRestart') : this.say('After', timeOfDay(ends)));
    at<SVGElement>('arc')?.setAttribute('stroke-dasharray', `${((whole <= 0 ? 1 : Math.min(1, Math.max(0, left / whole))) * 289).toFixed(1)} 289`);
    // A falling price ends with an acceptance, at any moment: no last minute is called.
    const lastMinute = p.phase === 'open' && left > 0 && left <= 60_000 && !falls(p) && says !== 'FreeUntil';
    const call = at('last-call');
    if (call) call.hidden = !lastMinute;
    put(at('last-left'), text);
    at('panel')?.classList.toggle('last', lastMinute);
    const room = document.getElementById('room');
    if (room && (room.dataset['phase'] !== p.phase || p.resumesAt)) {
      room.dataset['phase'] = p.phase;
      const chip = at('chip');
      put(chip, this.say(`Phase.${phaseSays(p)}`, p.resumesAt ? near(Date.parse(p.resumesAt), now) : ''));
      if (chip) chip.dataset['t'] = p.phase === 'paused' || p.resumesAt ? 'warn' : p.phase === 'announced' ? 'plan' : 'live';
    }
    this.phaseBar(stepNow(p, now));
    if (falls(p) && at('price')?.textContent !== yuan(shownFen(p, now))) this.price(now);
    if (p.listing) put(at('listing-says'), this.say(`Listing.${p.listing.course ?? 'notice'}`, p.listing.extended, p.listing.cycles));
    if (p.cycles) put(at('cycle-says'), cycleNow(p, now) > 0 ? this.say('CycleSays', cycleNow(p, now), countdown(p.cycles.seconds * 1000)) : this.say('FreeSays', countdown(p.cycles.seconds * 1000)));
    if (now - this.lastDraw > 5_000) this.chart(now);
    return { left, lastMinute };
  }

  private phaseBar(current: string | null): void {
    if (current === null || current === this.step) return;
    this.step = current;
    let passed = false;
    for (const step of document.querySelectorAll<HTMLElement>('[data-step]')) {
      const here = step.dataset['step'] === current;
      step.className = here ? '' : passed ? 'todo' : 'done';
      if (here) step.setAttribute('aria-current', 'step');
      else step.removeAttribute('aria-current');
      passed ||= here;
    }
  }

  chart(now: number): void {
    const svg = at<SVGSVGElement>('chart');
    if (!svg) return;
    this.lastDraw = now;
    const p = this.course.picture;
    const figure = at('path');
    if (figure) figure.hidden = this.bids.length === 0 && p.path === null;
    const short = (fen: number): string => (this.data.language === 'zh' ? wan(fen) : million(fen));
    drawCourse(svg, p, this.course.lines, this.data.mine?.paddle ?? null, this.data.bidsBefore > 0 || this.course.gap, now, short, this.say);
  }

  rows(): void {
    const body = at('rows');
    if (!body) return;
    const rows: HTMLElement[] = [];
    let no = this.firstBid - 1;
    let before: number | null = null;
    for (const line of this.course.lines) {
      if (isBid(line)) {
        rows.push(this.row(line, ++no, before === null ? 0 : (line.amountFen ?? line.priceFen ?? 0) - before));
        before = line.priceFen;
      } else if (['opened', 'resumed', 'breakpoint-set', 'suspended', 'offer-sealed', 'offers-opened'].includes(line.type)) {
        rows.push(this.event(line));
      }
    }
    body.replaceChildren(...rows.reverse().slice(0, SHOWN));
  }

  private moment(line: Line): HTMLElement {
    const cell = el('td', 'tab', timeOfDay(Date.parse(line.at)));
    cell.append(el('span', 'soft hide-s', millis(Date.parse(line.at))));
    return cell;
  }

  private event(line: Line): HTMLElement {
    const row = el('tr', 'event');
    const text = el('td', 'soft', this.say(`Event.${line.type}`));
    text.setAttribute('colspan', '5');
    row.append(el('td', 'num soft hide-s'), this.moment(line), text);
    return row;
  }

  private row(line: Line, no: number, raise: number): HTMLElement {
    const row = el('tr');
    const mine = line.paddle === this.data.mine?.paddle;
    const led = line.leader === line.paddle;
    const who = el('td', 'nowrap');
    who.append(el('span', mine ? 'paddle me' : 'paddle', paddle(line.paddle ?? 0)));
    if (mine) who.append(el('span', 'soft', ` ${this.say('Me')}`));
    const amount = line.amountFen ?? (led ? line.priceFen : null);
    const state = led ? (no === this.course.picture.bids ? this.say('Leads') : '') : this.say('Answered', paddle(line.leader ?? 0), yuan(line.priceFen ?? 0));
    row.append(
      el('td', 'num soft hide-s', String(no)), this.moment(line), who,
      el('td', 'num strong', amount === null ? '—' : yuan(amount)),
      el('td', 'num soft', raise > 0 ? `+${yuan(raise)}` : ''),
      el('td', 'soft hide-s', this.say(line.proxy ? 'Proxy' : this.course.picture.path && no === 1 ? 'Accepting' : 'Manual')),
      el('td', 'nowrap hide-s', state),
    );
    return row;
  }

  /** The buttons: the next valid amounts. Answers them in order. */
  offers(): { steps: number; fen: number }[] {
    const p = this.course.picture;
    const list = offers(this.data.terms, p.priceFen);
    for (const button of document.querySelectorAll<HTMLButtonElement>('[data-offer]')) {
      const offer = list[Number(button.dataset['offer'])];
      if (!offer) continue;
      if (button.dataset['fen'] !== String(offer.fen)) {
        button.dataset['fen'] = String(offer.fen);
        button.dataset['changed'] = String(performance.now());
      }
      if (button.dataset['r'] === 'go') continue;
      if (button.dataset['r'] === 'dock-go') put(button, this.say('Bid', yuan(offer.fen)));
      else {
        put(button.querySelector('b'), yuan(offer.fen));
        button.querySelector('b')?.classList.toggle('long', yuan(offer.fen).length > 10);
        put(button.querySelector('span'), this.stepWords(offer.steps));
      }
    }
    return list;
  }

  stepWords(steps: number): string {
    const p = this.course.picture;
    return steps === 0 ? this.say('AtStart') : this.say(p.priceFen === null ? 'StepsOverStart' : steps === 1 ? 'OneStep' : 'Steps', steps);
  }
}
