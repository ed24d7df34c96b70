// The room of a lot in a hall, for spectators and for admitted bidders over the net: ask, warnings, messages.
import { pageData, put, sayer } from '../Shared/texts';
import { timeOfDay } from './clock';
import { get } from './feed';
import { at, lead, number, phaseKey, row, side, seconds, short, show, tone, write, type HallPicture } from './hall';
import { parseYuan, yuan } from './money';
import { Sender, type Answer, type Offer } from './sending';

interface Data { picture: HallPicture; mine: number | null; floor: boolean; language: string; csrf: string; texts: Record<string, string> }

const data = pageData<Data>('hall-data');
const say = sayer(data.texts);
const STALE_AFTER = 4_000;
const url = `/api/auctions/${encodeURIComponent(data.picture.id)}`;
let p = data.picture;
let offset = Date.parse(p.serverNow) - performance.now();
let heardAt = performance.now();
let busy = false;
let told = Math.max(0, ...p.hall.told.map(t => t.version));

async function pull(): Promise<void> {
  const sentAt = performance.now();
  try {
    const picture = await get<HallPicture>(url);
    heardAt = performance.now();
    offset = Date.parse(picture.serverNow) - (sentAt + heardAt) / 2;
    if (picture.version >= p.version) p = picture;
    if (p.phase === 'closed' && data.picture.phase !== 'closed' && !busy) location.reload();
  } catch {
    // Said by the link when it lasts.
  }
  draw();
}

const sender = new Sender(p.id, localStorage, {
  post: body => fetch(`${url}/bids`, { method: 'POST', signal: AbortSignal.timeout(4_000), headers: { 'content-type': 'application/json', 'X-CSRF-TOKEN': data.csrf }, body: JSON.stringify(body) }),
  wait: ms => new Promise(done => { setTimeout(done, ms); }),
}, () => crypto.randomUUID(), () => { answer('warn', say('Unknown')); });

async function bid(fen: number): Promise<void> {
  if (busy) return;
  busy = true;
  draw();
  await settle(sender.send({ amountFen: fen } as Offer, Date.now()), fen);
}

async function settle(asked: Promise<Answer>, fen: number): Promise<void> {
  const got = await asked;
  if ('accepted' in got) answer('ok', say('YouAreIn', yuan(fen), timeOfDay(Date.parse(got.accepted.receivedAt))));
  else answer('bad', got.refused.title + (/^\d+$/.test(got.refused.about ?? '') ? ` · ${say('AskNow', yuan(Number(got.refused.about)))}` : ''));
  busy = false;
  await pull();
}

function answer(kind: string, text: string): void {
  const note = at('answer');
  if (!note) return;
  note.dataset['t'] = kind;
  put(note.querySelector('b'), text);
  note.hidden = false;
}

function draw(): void {
  const now = performance.now() + offset;
  const stale = performance.now() - heardAt > STALE_AFTER;
  const chip = at('phase');
  if (chip) chip.dataset['t'] = tone(p);
  write('phase', say(phaseKey(p)));
  show('stale', stale);
  write('price', yuan(p.priceFen ?? p.startPriceFen));
  write('price-label', say(p.priceFen === null ? 'StartPrice' : 'CurrentPrice'));
  write('short', say('Short', short(data.language, p.priceFen ?? p.startPriceFen)));
  write('lead', lead(say, p));
  write('ask', p.phase === 'open' || p.phase === 'paused' ? yuan(p.nextMinFen) : '—');
  const wait = p.hall.nextAt ? Date.parse(p.hall.nextAt) - now : 0;
  const warned = p.phase === 'open' && p.hall.warnings > 0;
  show('warning', warned);
  write('warning-title', warned ? say(`Warning${p.hall.warnings}`) : '');
  write('warning-text', warned ? wait > 0 ? say('StillOpenFor', seconds(wait)) : say('StillOpen') : '');
  show('paused', p.phase === 'paused');
  write('paused-text', p.phase === 'paused' ? say(`Paused.${p.hall.paused ?? 'Silence'}`, p.hall.pausedBecause ?? '') : '');
  at('last')?.replaceChildren(...p.hall.last.map(b => row([['soft', side(say, b)], ['paddle', number(b.paddle)], ['num strong', yuan(b.amountFen)], ['num soft', timeOfDay(Date.parse(b.at))]])));
  show('none-yet', p.hall.last.length === 0);
  panel(stale);
}

function panel(stale: boolean): void {
  if (data.mine === null || data.floor) return;
  const leading = p.leaderPaddle === data.mine;
  const go = document.querySelector<HTMLButtonElement>('[data-r="go"]');
  if (go) {
    go.disabled = busy || stale || leading || p.phase !== 'open';
    write('go-title', leading ? say('Leading') : p.phase === 'open' ? say('BidNow', yuan(p.nextMinFen)) : say(`Phase.${p.phase}`));
    write('go-sub', stale ? say('Link.lost') : leading ? say('LeadingSub') : say('Short', short(data.language, p.nextMinFen)));
  }
  const own = document.querySelector<HTMLButtonElement>('[data-r="own-go"]');
  if (own) own.disabled = busy || stale || leading || p.phase !== 'open';
  const rank = p.hall.holders.find(h => h.paddle === data.mine)?.rank;
  const matches = p.phase === 'open' && p.priceFen !== null && p.hall.mayMatch.includes(data.mine);
  show('priority', rank !== undefined);
  write('priority-text', rank === undefined ? '' : say(p.hall.holdersAsked && matches ? 'PriorityAsked' : 'PriorityYours', rank));
  const match = document.querySelector<HTMLButtonElement>('[data-r="match"]');
  if (match) {
    match.disabled = busy || stale || !matches;
    put(match, say('MatchNow', yuan(p.priceFen ?? p.startPriceFen)));
  }
  for (const message of [...p.hall.told].reverse()) {
    if (message.version <= told) continue;
    told = message.version;
    if (message.paddle !== data.mine) continue;
    write('told-text', say(`Told.${message.what}`, message.priceFen === null ? '—' : yuan(message.priceFen)));
    show('told', true);
  }
}

document.querySelector<HTMLFormElement>('[data-r="bid-form"]')?.addEventListener('submit', e => { e.preventDefault(); void bid(p.nextMinFen); });
document.querySelector('[data-r="match"]')?.addEventListener('click', () => { if (p.priceFen !== null) void bid(p.priceFen); });
document.querySelector<HTMLFormElement>('[data-r="own-form"]')?.addEventListener('submit', e => {
  e.preventDefault();
  const read = parseYuan(document.querySelector<HTMLInputElement>('#own')?.value ?? '');
  if ('fen' in read) void bid(read.fen);
  else answer('bad', say('NoAmount'));
});
const pending = sender.pending;
if (pending && data.mine !== null && 'amountFen' in pending.offer) {
  busy = true;
  void settle(sender.repeat(pending), pending.offer.amountFen);
}
setInterval(() => { void pull(); }, 1_000);
setInterval(draw, 250);
draw();
