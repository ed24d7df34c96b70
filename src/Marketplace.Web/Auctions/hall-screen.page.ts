// The hall screen: asks every second what is up. Without an answer it says so instead of showing old figures.
import { pageData, sayer } from '../Shared/texts';
import { timeOfDay } from './clock';
import { at, bought, number, row, seconds, side, short, show, stands, write, type HallPicture, type LotLine } from './hall';
import { yuan } from './money';

interface Seen { serverNow: string; lots: LotLine[]; up: string | null; picture: HallPicture | null }

const data = pageData<Seen & { session: string; language: string; texts: Record<string, string> }>('hall-data');
const say = sayer(data.texts);
const STALE_AFTER = 3_000;
let seen: Seen = data;
let offset = Date.parse(data.serverNow) - performance.now();
let heardAt = performance.now();
/** The lot that has just ended: its result is read before the next one is shown, unless that is called up. */
let ended: { lot: string; picture: HallPicture; until: number } | null = null;
const RESULT_STANDS = 20_000;

async function pull(): Promise<void> {
  const sentAt = performance.now();
  try {
    const answer = await fetch(`/api/hall/${data.session}`, { signal: AbortSignal.timeout(2_000), cache: 'no-store' });
    if (!answer.ok) return;
    const before = seen.up;
    seen = await answer.json() as Seen;
    if (before !== null && before !== seen.up) await keepResult(before);
    heardAt = performance.now();
    offset = Date.parse(seen.serverNow) - (sentAt + heardAt) / 2;
  } catch {
    // Said by the screen when it lasts.
  }
}

async function keepResult(lot: string): Promise<void> {
  const answer = await fetch(`/api/auctions/${encodeURIComponent(lot)}`, { signal: AbortSignal.timeout(2_000), cache: 'no-store' });
  if (!answer.ok) return;
  const picture = await answer.json() as HallPicture;
  if (picture.phase === 'closed') ended = { lot, picture, until: performance.now() + RESULT_STANDS };
}

function draw(): void {
  const now = performance.now() + offset;
  const stale = performance.now() - heardAt > STALE_AFTER;
  const result = ended && seen.picture?.phase === 'announced' && performance.now() < ended.until ? ended : null;
  const [p, id] = result ? [result.picture, result.lot] : [seen.picture, seen.up];
  const up = seen.lots.find(l => l.id === id);
  write('clock', timeOfDay(now));
  show('stale', stale);
  show('main', !stale && p !== null);
  show('none', !stale && p === null);
  show('side', !stale);
  if (stale || !p || !up) { show('call', false); return; }
  write('lot', say('ScreenLot', up.place, seen.lots.length, up.seller));
  write('title', up.title);
  write('price-label', say(p.phase === 'closed' ? p.outcome === 'sold' ? 'HammerPrice' : 'Outcome.unsold' : p.priceFen === null ? 'StartPrice' : 'CurrentPrice'));
  write('price', yuan(p.priceFen ?? p.startPriceFen));
  write('short', say('Short', short(data.language, p.priceFen ?? p.startPriceFen)));
  write('from', p.leaderPaddle === null ? say('NobodyYet') : say(`Side.${p.hall.leaderFrom ?? 'net'}`));
  write('paddle', p.leaderPaddle === null ? '' : number(p.leaderPaddle));
  show('paddle', p.leaderPaddle !== null);
  write('ask', p.phase === 'open' ? say('AskNow', yuan(p.nextMinFen)) : '');
  at('last')?.replaceChildren(...p.hall.last.map((b, i) => row([['soft', side(say, b)], ['strong', number(b.paddle)], ['num', yuan(b.amountFen)], ['num soft small', timeOfDay(Date.parse(b.at))]], i === 0 ? 'cur' : '')));
  const i = seen.lots.findIndex(l => l.id === id);
  at('order')?.replaceChildren(...seen.lots.slice(Math.max(0, i - 1), Math.max(4, i + 3)).map(l =>
    row([['soft', String(l.place)], ['w', l.title], [l.id === id ? 'num small live-t' : 'num small soft', stands(say, data.language, l.id === id ? { ...l, phase: p.phase } : l, id)]], l.id === id ? 'cur' : '')));
  band(p, up, now);
}

/** The band below: a warning with its seconds, a pause with its reason, or the result. */
function band(p: HallPicture, up: LotLine, now: number): void {
  const call = at('call');
  if (!call) return;
  const warned = p.phase === 'open' && p.hall.warnings > 0;
  call.hidden = false;
  call.dataset['k'] = warned ? 'warn' : p.phase === 'paused' ? 'pause' : p.phase === 'closed' ? p.outcome ?? '' : 'calm';
  write('call-title', warned ? say(`Warning${p.hall.warnings}`) : p.phase === 'closed' ? say(`Band.${p.outcome}`, number(p.winnerPaddle ?? 0)) : say(`Band.${p.phase}`));
  show('bars', warned);
  at('bars')?.querySelectorAll('i').forEach((bar, n) => { bar.classList.toggle('on', n < p.hall.warnings); });
  write('call-text', warned ? say(p.hall.holdersAsked ? 'HoldersAskedHall' : 'StillOpen') : p.phase === 'paused' ? say(`Paused.${p.hall.paused ?? 'Silence'}`, p.hall.pausedBecause ?? '') : bought(say, up));
  const wait = p.hall.nextAt ? Date.parse(p.hall.nextAt) - now : 0;
  write('left', warned && wait > 0 ? seconds(wait) : '');
  show('left-box', warned && wait > 0);
}

setInterval(() => { void pull(); }, 1_000);
setInterval(draw, 200);
draw();
