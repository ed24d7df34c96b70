// The desk as the console shows it: what stands, what may be pressed now, what came over the net, what is next.
import { put, type Say } from '../Shared/texts';
import { at, side, lead, number, phaseKey, price, row, seconds, short, show, stands, tone, write, type Desk, type HallPicture, type LotLine } from './hall';
import type { FloorBid } from './hall-outbox';
import { timeOfDay } from './clock';
import { yuan } from './money';

export interface ConsoleData { session: string; role: 'auctioneer' | 'recorder'; lots: LotLine[]; floorFrom: number; floorTo: number; language: string; csrf: string; texts: Record<string, string> }

export interface DeskState {
  data: ConsoleData; say: Say; lots: LotLine[]; up: LotLine | null; desk: Desk | null; offset: number; roundTrip: number; heardAt: number;
  paddle: number | null; typed: string; waiting: FloorBid[];
}

/** Without an answer for so long the line counts as lost, some seconds before the market pauses the lot for it. */
const LOST_AFTER = 3_500;

/** What an ended lot leaves behind; the confirmation only after a sale. */
const PAPERS = [['minutes', 'Minutes'], ['minutes.pdf', 'MinutesPdf'], ['confirmation.pdf', 'ConfirmationPdf']] as const;

export const pick = (lots: LotLine[]): LotLine | null => lots.find(l => l.outcome === null) ?? lots.at(-1) ?? null;

export class DeskView {
  private readonly drawn: Record<string, string> = {};

  constructor(
    private readonly state: DeskState, private readonly choose: (paddle: number, typed: string) => void, private readonly next: (lot: LotLine) => void,
    private readonly countersign: (of: number) => void) {}

  get lost(): boolean { return performance.now() - this.state.heardAt > LOST_AFTER; }

  /** The paddle of the floor that may take the price that stands: the chosen one, or the only one. */
  get matcher(): number | null {
    const { desk, paddle, data } = this.state;
    const floor = desk?.picture.hall.mayMatch.filter(n => n >= data.floorFrom && n <= data.floorTo) ?? [];
    return paddle !== null ? floor.includes(paddle) ? paddle : null : floor.length === 1 ? floor[0] ?? null : null;
  }

  private get now(): number { return performance.now() + this.state.offset; }

  draw(): void {
    const { say, desk, roundTrip, up, waiting } = this.state;
    const link = at('link');
    if (link) {
      link.dataset['t'] = this.lost ? 'bad' : desk ? 'ok' : 'off';
      put(link, this.lost ? say('Link.lost') : desk ? say('Link.ok', Math.round(roundTrip)) : say('Link.none'));
    }
    show('lost', this.lost && desk !== null);
    write('kept', waiting.length > 0 ? say('Kept', waiting.length) : '');
    if (!desk || !up) return;
    this.head(desk, up);
    this.figures(desk);
    this.pads(desk);
    this.buttons(desk);
    this.holders(desk);
    this.net(desk);
    this.record(desk);
    this.mini(desk.picture, up);
    this.order(desk);
    this.unsigned(desk);
  }

  private head(desk: Desk, up: LotLine): void {
    const { say, lots } = this.state;
    const p = desk.picture;
    const chip = at('phase');
    if (chip) chip.dataset['t'] = tone(p);
    write('phase', say(phaseKey(p)));
    write('lot-no', say('LotOf', up.place, lots.length, up.id));
    write('title', up.title);
    write('bidders', say('Bidders', desk.floorPaddles.length, p.bidders - desk.floorPaddles.length));
    show('paused', p.phase === 'paused' && !this.lost);
    write('paused-title', say('PausedTitle'));
    write('paused-text', say(`Paused.${p.hall.paused ?? 'Silence'}`, p.hall.pausedBecause ?? ''));
  }

  private figures(desk: Desk): void {
    const { say, data } = this.state;
    const p = desk.picture;
    const top = p.hall.last[0];
    show('cur', p.priceFen !== null);
    write('price', p.priceFen === null ? '—' : yuan(p.priceFen));
    write('price-short', p.priceFen === null ? '' : say('Short', short(data.language, p.priceFen)));
    write('leader', lead(say, p));
    write('leader-age', top ? say('Ago', Math.max(0, Math.round((this.now - Date.parse(top.at)) / 1000))) : '');
    write('ask', yuan(p.nextMinFen));
    write('step', say('Step', yuan(p.stepFen)));
    write('reserve', desk.reserveReached === null ? '' : !p.hall.hasReserve ? say('Reserve.none') : say(desk.reserveReached ? 'Reserve.reached' : 'Reserve.not'));
  }

  private buttons(desk: Desk): void {
    const { say, waiting, paddle, typed } = this.state;
    const p = desk.picture;
    const running = p.phase === 'open' && !this.lost;
    const last = waiting.at(-1);
    write('bid-title', say('TakeBidOf', yuan(last ? last.amountFen + p.stepFen : p.nextMinFen)));
    write('bid-sub', paddle === null ? say('ChoosePaddle') : say('Paddle', number(paddle)));
    write('ask-sub', say('Multiple', yuan(p.stepFen)));
    write('typed', typed);
    const wait = p.hall.nextAt ? Date.parse(p.hall.nextAt) - this.now : 0;
    for (const n of [1, 2, 3]) this.warning(p, n, wait, running);
    const ends = running && p.hall.warnings === 3 && wait <= 0;
    const missed = desk.reserveReached === false;
    const ask = p.hall.mayMatch.length > 0 && !p.hall.holdersAsked;
    this.lock('hammer', !ends || p.leaderPaddle === null || missed || ask);
    write('hammer-sub', p.phase !== 'open' ? '' : p.hall.warnings < 3 ? say('HammerAfter') : wait > 0 ? say('In', seconds(wait)) : missed ? say('Reserve.not') : ask ? say('AskHoldersFirst') : say('Ready'));
    this.lock('pass', !ends || (p.leaderPaddle !== null && !missed));
    this.lock('ask', !running);
    this.lock('correct', !running || desk.mayCorrect === null);
    const top = p.hall.last[0];
    this.hide('over', p.hall.tieGoesTo !== 'Floor');
    this.lock('over', !running || paddle === null || p.hall.warnings > 0 || top?.from !== 'net' || p.hall.holders.some(h => h.paddle === top.paddle));
    this.lock('pause', !running);
    this.lock('bid', p.phase !== 'open');
    this.hide('call', p.phase !== 'announced' || this.lost);
    this.hide('goon', p.phase !== 'paused' || p.hall.calledAt === null || p.hall.paused === 'Stopped' || this.lost);
  }

  /** Who has priority here, whether somebody may take the price, and whether they were asked before the hammer. */
  private holders(desk: Desk): void {
    const { say, data } = this.state;
    const p = desk.picture;
    const running = p.phase === 'open' && !this.lost;
    show('holders', p.hall.holders.length > 0);
    write('holders-list', p.hall.holders.map(h => say(h.paddle >= data.floorFrom && h.paddle <= data.floorTo ? 'HolderFloor' : 'HolderNet', number(h.paddle), h.rank)).join(' · '));
    this.lock('match', !running || this.matcher === null);
    write('match-sub', p.priceFen === null || p.hall.mayMatch.length === 0 ? say('NobodyMatches')
      : say('MatchAt', yuan(p.priceFen), this.matcher === null ? p.hall.mayMatch.map(number).join(' ') : number(this.matcher)));
    this.lock('holders', !running || p.hall.warnings < 3 || p.hall.mayMatch.length === 0 || p.hall.holdersAsked);
    write('holders-sub', p.hall.holdersAsked ? say('HoldersAsked') : p.hall.mayMatch.length === 0 ? say('NobodyMatches') : say('HoldersWhen'));
  }

  private warning(p: HallPicture, n: number, wait: number, running: boolean): void {
    const { say } = this.state;
    const button = document.querySelector<HTMLButtonElement>(`[data-key="warn${n}"]`);
    if (!button) return;
    const next = n === p.hall.warnings + 1;
    button.classList.toggle('on', p.phase !== 'closed' && p.hall.warnings === n);
    button.disabled = !running || !next || wait > 0;
    const since = Math.max(0, Math.floor((this.now - Date.parse(p.hall.warnedAt ?? p.serverNow)) / 1000));
    write(`warn${n}-sub`, p.phase !== 'open' ? '' : p.hall.warnings > n ? say('Warned') : p.hall.warnings === n ? say('WarnedAgo', since)
      : next ? wait > 0 ? say('In', seconds(wait)) : say('Ready') : say('After', p.hall.warningSeconds));
  }

  private pads(desk: Desk): void {
    const { say, paddle } = this.state;
    const place = at('pads');
    const leader = desk.picture.leaderPaddle;
    if (!place || !this.changed('pads', `${desk.floorPaddles.join()} ${leader} ${paddle}`)) return;
    place.replaceChildren(...desk.floorPaddles.map(n => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = n === paddle ? 'btn primary' : 'btn';
      button.textContent = number(n);
      button.disabled = n === leader;
      button.onclick = () => { this.choose(n, `/${n}`); button.blur(); };
      return button;
    }));
    if (desk.floorPaddles.length > 0) return;
    const none = document.createElement('span');
    none.className = 'none';
    none.textContent = say('NoFloor');
    place.append(none);
  }

  private net(desk: Desk): void {
    const { say, data } = this.state;
    const ago = (moment: string): string => say('Ago', Math.max(0, (this.now - Date.parse(moment)) / 1000).toFixed(1));
    const isFloor = (n: number): boolean => n >= data.floorFrom && n <= data.floorTo;
    const entered = desk.picture.hall.last.filter(b => b.from === 'net').map(b => ({ ...b, became: ['nowrap ok', say('Entered')] as [string, string] }));
    const refused = desk.refused.filter(r => !isFloor(r.paddle)).map(r => ({ ...r, became: ['bad', data.texts[`Refused.${r.reason}`] ?? say('Refused')] as [string, string] }));
    const late = refused.filter(r => r.reason === 'AlreadyEnded');
    // After the hammer what came too late is a list of its own: shown, refused and kept.
    show('late-box', desk.picture.phase === 'closed' && late.length > 0);
    at('late')?.replaceChildren(...late.map(l => row([['paddle', number(l.paddle)], ['num strong', l.amountFen === null ? '—' : yuan(l.amountFen)], ['num soft', timeOfDay(Date.parse(l.at))]])));
    const lines = [...entered, ...refused].sort((a, b) => b.at.localeCompare(a.at)).slice(0, 6);
    at('net')?.replaceChildren(...lines.map(l => row([['paddle', number(l.paddle)], ['num strong', l.amountFen === null ? '—' : yuan(l.amountFen)], ['num soft', ago(l.at)], l.became])));
  }

  /** 记录: the bids that stand, newest first, in the words of the minutes. */
  private record(desk: Desk): void {
    const { say } = this.state;
    show('record-none', desk.picture.hall.last.length === 0);
    at('record')?.replaceChildren(...desk.picture.hall.last.map(b => row([['tab soft', timeOfDay(Date.parse(b.at))], ['fill', `${side(say, b)} ${number(b.paddle)}`], ['num strong', yuan(b.amountFen)]])));
  }

  private mini(p: HallPicture, up: LotLine): void {
    const { say } = this.state;
    write('mini-lot', say('LotNo', up.place));
    write('mini-warn', p.hall.warnings > 0 && p.phase === 'open' ? say(`Warning${p.hall.warnings}`) : '');
    write('mini-price', this.lost ? say('Link.lost') : `¥${price(p)}`);
    write('mini-lead', lead(say, p));
  }

  private order(desk: Desk): void {
    const { say, data, lots, up } = this.state;
    const body = at('order');
    if (!body || !this.changed('order', JSON.stringify([lots, up?.id, desk.picture.phase]))) return;
    const lines = lots.map(l => {
      const line = row([['num soft', String(l.place)], ['clip-cell', l.title], ['num soft', stands(say, data.language, l.id === up?.id ? { ...l, phase: desk.picture.phase } : l, up?.id ?? null)]], l.id === up?.id ? 'cur' : '');
      // What an ended lot still waits for is signed after it is brought back on the recorder's desk.
      if (data.role === 'recorder' && l.id !== up?.id) {
        const back = document.createElement('button');
        back.className = 'btn quiet s';
        back.textContent = l.title;
        back.onclick = () => { this.next(l); };
        line.children[1]?.replaceChildren(back);
      }
      if (l.outcome !== null) {
        for (const [paper, name] of l.outcome === 'sold' ? PAPERS : PAPERS.slice(0, 2)) {
          const link = document.createElement('a');
          link.href = `/hall/lots/${encodeURIComponent(l.id)}/${paper}`;
          link.textContent = say(name);
          line.lastElementChild?.append(' ', link);
        }
      }
      return line;
    });
    const next = pick(lots);
    if (next && next.id !== up?.id && desk.picture.phase === 'closed') lines.push(this.forward(next));
    body.replaceChildren(...lines);
  }

  /** The next lot comes on the desk when somebody says so; the market calls it up only when the record is signed for. */
  private forward(next: LotLine): HTMLTableRowElement {
    const line = document.createElement('tr');
    const cell = document.createElement('td');
    const button = document.createElement('button');
    button.className = 'btn s primary';
    button.textContent = this.state.say('NextLot');
    button.onclick = () => { this.next(next); };
    cell.colSpan = 3;
    cell.append(button);
    line.append(cell);
    return line;
  }

  private unsigned(desk: Desk): void {
    const place = at('unsigned');
    if (!place || !this.changed('unsigned', desk.unsigned.join())) return;
    show('none-unsigned', desk.unsigned.length === 0);
    place.replaceChildren(...desk.unsigned.map(of => {
      const line = document.createElement('p');
      line.className = 'split after';
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn primary';
      button.textContent = this.state.say('Countersign');
      button.onclick = () => { this.countersign(of); };
      // What is signed is read first, beside the desk and not instead of it.
      const read = document.createElement('a');
      read.href = `/auctions/${this.state.up?.id ?? ''}/transcript-view?after=${Math.max(0, of - 5)}#v${of}`;
      read.target = '_blank';
      read.textContent = this.state.say('Line', of);
      line.append(read, button);
      return line;
    }));
  }

  private changed(name: string, now: string): boolean {
    const changed = this.drawn[name] !== now;
    this.drawn[name] = now;
    return changed;
  }

  private lock(name: string, locked: boolean): void {
    const button = document.querySelector<HTMLButtonElement>(`[data-key="${name}"]`);
    if (button) button.disabled = locked;
  }

  private hide(name: string, hidden: boolean): void {
    const button = document.querySelector<HTMLButtonElement>(`[data-key="${name}"]`);
    if (button) button.hidden = hidden;
  }
}
