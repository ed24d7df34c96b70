// The room made live: the feed brings pictures, the view writes them, this file is the bidder's side.
import { pageData, put, sayer } from '../Shared/texts';
import { acceptPanel, onAccept, sureToAccept } from './accept';
import { millis, timeOfDay } from './clock';
import { Feed, get } from './feed';
import { doubts, judge } from './ladder';
import { parseYuan, yuan } from './money';
import { Course, isBid, type Line, type Mine } from './picture';
import { Sender, type Answer, type Offer, type Pending } from './sending';
import { myState, phaseSays, shownFen } from './stages';
import { hush, sayStage, sure, tell, tellLink, toast } from './telling';
import { at, paddle, View, type RoomData } from './view';

const data = pageData<RoomData>('room-data');
const say = sayer(data.texts);
const course = new Course(data.picture, data.lines, data.picture.version);
const view = new View(data, course, say);
const first = Date.parse(data.picture.serverNow) - performance.now();
let mine = data.mine;
let busy = false;
let endsAt = data.picture.endsAt;
let saidAt = 0;
let warned = 61;

const feed = new Feed(course, { picture: onPicture, lines: onLines, link: panel }, first);
const own = document.querySelector<HTMLInputElement>('#own');
const max = document.querySelector<HTMLInputElement>('#max');
const room = document.getElementById('room');

function start(): void {
  for (const name of ['keys', 'dock-go']) at(name)?.removeAttribute('hidden');
  view.price(feed.now());
  view.rows();
  view.offers();
  panel();
  tick();
  setInterval(tick, 200);
  addEventListener('resize', () => { view.chart(feed.now()); });
  feed.start();
  if (mine) bidding();
}

function onPicture(): void {
  const p = course.picture;
  if (p.phase === 'closed') {
    // The result is a page of its own; not everybody asks for it in the same instant.
    if (!busy) setTimeout(() => { location.reload(); }, 300 + Math.random() * 1_500);
    return;
  }
  // Another stage is another panel, and a pause has its public reason: both are rendered by the page.
  if (!busy && ((p.phase === 'paused') !== (data.picture.phase === 'paused') || (p.stage !== data.picture.stage && mine))) {
    location.reload();
    return;
  }
  if (p.endsAt > endsAt) {
    const note = at('extended');
    if (note && p.phase === 'open' && p.stage === 'rising') {
      put(at('extended-text'), say('ExtendedTo', timeOfDay(Date.parse(p.endsAt))));
      note.hidden = false;
      setTimeout(() => { note.hidden = true; }, 12_000);
    }
    endsAt = p.endsAt;
    warned = 61;
  }
  if (mine) mine.leading = p.leaderPaddle === mine.paddle;
  view.price(feed.now());
  view.offers();
  panel();
  hints();
  announce();
}

function onLines(fresh: Line[]): void {
  view.rows();
  view.chart(feed.now());
  if (mine && fresh.some(l => l.type === 'suspended')) void refreshMine();
  panel();
}

/** Said politely, at most every three seconds, always the newest. */
function announce(): void {
  const p = course.picture;
  if (p.priceFen === null || p.leaderPaddle === null) return;
  const text = say('SaidPrice', yuan(p.priceFen), paddle(p.leaderPaddle));
  clearTimeout(saidAt);
  saidAt = window.setTimeout(() => { put(at('polite'), text); }, 1_500);
}

function tick(): void {
  const { left, lastMinute } = view.clock(feed.now());
  if (lastMinute) {
    const due = [60, 30, 10].find(s => left <= s * 1000 && s < warned && left > (s - 5) * 1000);
    if (due !== undefined) {
      warned = due;
      put(at('assertive'), say('SecondsLeft', due));
    }
  }
  sayStage(say, course.picture, feed.now());
  if (feed.link.state === 'lost') panel();
  else if (mine) acceptPanel(say, fen => view.shortOf(fen), course.picture, mine, feed.now(), false, busy);
}

/** My state, the buttons, and why they are off. */
function panel(): void {
  const p = course.picture;
  const { state, attempt, lostSince } = feed.link;
  const lost = state === 'lost';
  tellLink(say, state, feed.measured);
  if (!mine) return;

  const offer = view.myOffer(mine);
  const last = course.lines.findLast(isBid);
  const my = myState(mine, p, lost, view.haveBid(mine));
  const box = at('mine');
  if (box) box.dataset['s'] = my === 'lead' || my === 'out' ? my : 'off';
  put(at('my-state'), lost ? say('My.lost-link', Math.max(0, Math.floor((performance.now() - lostSince) / 1000))) : say(`My.${my}`));
  put(at('my-bid'), lost ? say('LastPrice', yuan(shownFen(p, feed.now() - (performance.now() - lostSince)))) : offer === null ? '' : say(view.myMax(mine) === null ? 'YourBid' : 'YourMax', yuan(offer)));
  put(at('my-gap'), lost ? timeOfDay(feed.now() - (performance.now() - lostSince)) : my === 'out' ? say('Behind', yuan(p.nextMinFen - Math.min(offer ?? p.nextMinFen, p.nextMinFen))) : my === 'lead' ? say('BidNo', p.bids) : '');
  put(at('my-by'), !lost && my === 'out' && last && p.leaderPaddle !== null ? say('OutBy', paddle(p.leaderPaddle), timeOfDay(Date.parse(last.at)), yuan(p.priceFen ?? 0)) : '');
  put(at('dock-state'), say(lost ? 'Link.lost' : `My.${my}`));
  const dockState = at('dock-state');
  if (dockState) dockState.className = `strong ${my === 'out' ? 'warn' : my === 'lead' ? 'ok' : lost ? 'bad' : ''}`;
  put(at('dock-gap'), my === 'out' && offer !== null ? say('Behind', yuan(p.nextMinFen - Math.min(offer, p.nextMinFen))) : '');

  acceptPanel(say, fen => view.shortOf(fen), p, mine, feed.now(), lost, busy);
  const off = lost || mine.suspended || p.phase !== 'open' || busy;
  const go = at<HTMLButtonElement>('go');
  const list = view.offers();
  if (go) {
    go.disabled = off || mine.leading;
    put(at('go-title'), busy ? say('Sending') : lost ? say('NotNow') : mine.suspended ? say('My.suspended') : p.phase !== 'open' ? say(`Off.${phaseSays(p)}`) : mine.leading ? say('Leading') : say('Bid', yuan(list[0]?.fen ?? 0)));
    put(at('go-sub'), busy ? '' : lost ? say('Retrying', attempt) : p.phase !== 'open' ? '' : mine.leading ? say('LeadingSub') : `${view.shortOf(list[0]?.fen ?? 0)} · ${view.stepWords(list[0]?.steps ?? 1)}`);
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-offer]:not([data-r="go"]), [data-r="own-go"]')) button.disabled = off || mine.leading;
  const more = at('steps');
  if (more) more.hidden = mine.leading || mine.suspended || p.phase !== 'open';
  if (max) max.placeholder = view.myMax(mine) === null ? say('NotSet') : yuan(view.myMax(mine) ?? 0);
  const set = at<HTMLButtonElement>('max-go');
  if (set) set.disabled = off;
  const freeze = at('offers');
  if (freeze) freeze.classList.toggle('frozen', lost);
}

function bidding(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-offer]')) {
    button.addEventListener('click', event => {
      event.preventDefault();
      // The amount moved under the finger: what was meant is not what would be sent.
      if (performance.now() - Number(button.dataset['changed'] ?? 0) < 350) {
        tell('warn', say('JustMoved'), say('JustMovedText', yuan(Number(button.dataset['fen']))));
        return;
      }
      void offerIt({ amountFen: Number(button.dataset['fen']) });
    });
  }
  onAccept(fen => { void acceptIt(fen); });
  for (const [form, input, proxy] of [[at<HTMLFormElement>('own-form'), own, false], [at<HTMLFormElement>('max-form'), max, true]] as const) {
    input?.addEventListener('input', hints);
    form?.addEventListener('submit', event => {
      event.preventDefault();
      const fen = valid(input, proxy);
      if (fen === null) {
        input?.focus();
        return;
      }
      void offerIt(proxy ? { proxyMaxFen: fen } : { amountFen: fen }, input);
    });
  }
  addEventListener('keydown', event => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.code === 'KeyB' ? at<HTMLButtonElement>('go') ?? at<HTMLButtonElement>('accept') : event.code === 'KeyA' ? own : event.code === 'KeyP' ? max : null;
    if (!target) return;
    event.preventDefault();
    target.focus();
  });
  setInterval(() => { void refreshMine(); }, 30_000);
  const left = sender.pending;
  if (left) void run(sender.repeat(left), left.offer);
}

/** The hint beside each field: valid, or why not and what would be. */
function hints(): void {
  valid(own, false);
  valid(max, true);
}

function valid(input: HTMLInputElement | null, proxy: boolean): number | null {
  if (!input || !mine) return null;
  const hint = at(proxy ? 'max-hint' : 'own-hint');
  const name = proxy ? 'ProxyHint' : `OwnHint.${data.terms.onStep}`;
  const show = (tone: '' | 'ok' | 'bad', text: string): null => {
    put(hint, text);
    if (hint) hint.className = `hint ${tone}`;
    if (tone === 'bad') input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    return null;
  };
  const read = parseYuan(input.value);
  if ('fault' in read) return read.fault === 'empty' ? show('', say(name)) : show('bad', say(`Amount.${read.fault}`));
  const p = course.picture;
  if (proxy && mine.leading) {
    const before = view.myMax(mine) ?? p.priceFen ?? 0;
    if (read.fen <= before) return show('bad', say('NotRaised', yuan(before)));
  }
  const verdict = proxy && mine.leading && (mine.ceilingFen === null || read.fen <= mine.ceilingFen)
    ? { ok: true as const, steps: null }
    : judge(data.terms, p.priceFen, read.fen, mine.ceilingFen === 0 ? null : mine.ceilingFen, proxy);
  if (!verdict.ok) return show('bad', say(`Why.${verdict.reason}`, yuan(p.stepFen), yuan(verdict.lowFen), yuan(verdict.highFen)));
  show('ok', proxy ? say('MaxValid', view.shortOf(read.fen)) : say('OwnValid', view.shortOf(read.fen), verdict.steps === null ? '' : view.stepWords(verdict.steps)));
  return read.fen;
}

const sender = new Sender(
  data.picture.id, sessionStorage,
  {
    post: body => fetch(`/api/auctions/${encodeURIComponent(data.picture.id)}/bids`, {
      method: 'POST', credentials: 'same-origin', signal: AbortSignal.timeout(8_000),
      headers: { 'content-type': 'application/json', 'x-csrf-token': data.csrf, accept: 'application/json' }, body: JSON.stringify(body),
    }),
    wait: ms => new Promise(done => { setTimeout(done, ms); }),
  },
  () => crypto.randomUUID(),
  (attempt: number, pending: Pending) => { tell('warn', say('Unknown'), say('UnknownText', amountOf(pending.offer), attempt)); },
);

const amountOf = (offer: Offer): string => yuan('amountFen' in offer ? offer.amountFen : offer.proxyMaxFen);

async function offerIt(offer: Offer, input: HTMLInputElement | null = null): Promise<void> {
  if (busy || !mine) return;
  const fen = 'amountFen' in offer ? offer.amountFen : offer.proxyMaxFen;
  const p = course.picture;
  const reasons = doubts(data.terms, p.priceFen, fen, mine.ceilingFen === 0 ? null : mine.ceilingFen);
  if (reasons.length > 0 && !await sure(say, view.shortOf(fen), fen, reasons, p, mine.ceilingFen)) {
    input?.focus();
    return;
  }
  await run(sender.send(offer, Date.now()), offer, input);
}

async function acceptIt(fen: number): Promise<void> {
  if (!busy && mine && await sureToAccept(say, view.shortOf(fen), fen)) await run(sender.send({ amountFen: fen }, Date.now()), { amountFen: fen });
}

async function run(answering: Promise<Answer>, offer: Offer, input: HTMLInputElement | null = null): Promise<void> {
  busy = true;
  panel();
  const answer = await answering;
  busy = false;
  if ('accepted' in answer) {
    const a = answer.accepted;
    hush();
    if (input) input.value = '';
    if (mine) {
      mine.leading = a.leading;
      if ('proxyMaxFen' in offer) mine.myMaxFen = a.leading ? offer.proxyMaxFen : mine.myMaxFen;
    }
    const time = timeOfDay(Date.parse(a.receivedAt)) + millis(Date.parse(a.receivedAt));
    toast(say(a.leading ? 'AcceptedLeading' : 'AcceptedNotLeading', amountOf(offer), time, yuan(a.priceFen)), say('Receipt'), data.picture.id, a);
  } else {
    const { code, title, about, status } = answer.refused;
    const least = about !== undefined && /^\d{1,15}$/.test(about) ? say('NextIs', yuan(Number(about))) : say('NotSent');
    tell('bad', say('Refused', title === '' ? String(status) : title), least);
    const link = at('answer-link');
    if (link) link.hidden = code !== 'SecondFactorRequired';
  }
  await feed.pull();
  if (course.picture.phase === 'closed' || course.picture.stage !== data.picture.stage) location.reload();
  panel();
  hints();
}

async function refreshMine(): Promise<void> {
  try {
    mine = { ...mine, ...await get<Mine>(`/api/auctions/${encodeURIComponent(data.picture.id)}/mine`) };
    data.mine = mine;
    const deposit = at('deposit');
    if (deposit && mine.suspended) {
      put(deposit, say('DepositReversed'));
      deposit.dataset['t'] = 'bad';
    }
    panel();
  } catch {
    // The link state tells when the market is out of reach.
  }
}

if (data.picture.phase === 'closed') {
  view.chart(Date.parse(data.picture.endsAt));
  // The deposit of who did not win goes back within moments of the close; the page says so when it has.
  if (at('deposit-moves')) setTimeout(() => { location.reload(); }, 3_000);
  addEventListener('resize', () => { view.chart(Date.parse(data.picture.endsAt)); });
} else if (room) {
  start();
}
