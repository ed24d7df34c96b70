// The auctioneer's console and the recorder's view. Every state is the server's; the console shows it and sends acts with
// ids of its own. Without an answer it says so, locks what cannot be promised, and keeps floor bids.
import { pageData, put, sayer } from '../Shared/texts';
import { at, number, show, type Desk, type LotLine } from './hall';
import { DeskView, pick, type ConsoleData, type DeskState } from './hall-desk';
import { dialog, field } from './hall-dialog';
import { Outbox, type FloorBid, type Sent } from './hall-outbox';
import { parseYuan, yuan } from './money';

const BEAT_EVERY = 1_000;
const ANSWER_WITHIN = 3_000;
const data = pageData<ConsoleData>('hall-data');
const say = sayer(data.texts);
const state: DeskState = { data, say, lots: data.lots, up: null, desk: null, offset: 0, roundTrip: 0, heardAt: performance.now(), paddle: null, typed: '', waiting: [] };
state.up = pick(state.lots);
let outbox = boxOf();
const view = new DeskView(state, choose, next => {
  [state.up, state.desk] = [next, null];
  outbox = boxOf();
  void beat();
}, of => { void act('countersign', { of }); });

function boxOf(): Outbox {
  const lot = state.up?.id ?? '';
  return new Outbox(lot, localStorage, b => send('floor-bids', { bidId: b.bidId, paddle: b.paddle, amountFen: b.amountFen, ...(b.reason === undefined ? {} : { reason: b.reason }) }, lot));
}

function draw(): void {
  state.waiting = outbox.waiting;
  view.draw();
}

async function send(what: string, body: unknown, lot = state.up?.id): Promise<Sent & { body?: unknown }> {
  let reply: Response;
  try {
    reply = await fetch(`/api/hall/lots/${encodeURIComponent(lot ?? '')}/${what}`, {
      method: 'POST', signal: AbortSignal.timeout(ANSWER_WITHIN), headers: { 'content-type': 'application/json', 'X-CSRF-TOKEN': data.csrf }, body: JSON.stringify(body),
    });
  } catch {
    return { unknown: true };
  }
  if (reply.status >= 500) return { unknown: true };
  const answer = await reply.json().catch(() => ({})) as { title?: string; code?: string; about?: string };
  if (reply.ok) return { done: true, body: answer };
  const about = answer.about && data.texts[`About.${answer.about}`] ? ` · ${say(`About.${answer.about}`)}` : '';
  return { refused: (answer.title ?? String(reply.status)) + about, code: answer.code ?? '' };
}

async function beat(): Promise<void> {
  const lot = state.up;
  if (!lot) return;
  const sentAt = performance.now();
  const answer = await send('beat', {});
  if ('done' in answer && lot.id === state.up?.id) {
    const desk = answer.body as Desk;
    state.heardAt = performance.now();
    state.roundTrip = state.heardAt - sentAt;
    state.offset = Date.parse(desk.picture.serverNow) - (sentAt + state.roundTrip / 2);
    state.desk = desk;
    if (desk.picture.phase === 'open') void outbox.flush(toldOf);
    if (desk.picture.phase === 'closed' && state.lots.find(l => l.id === lot.id)?.outcome === null) await reorder();
  }
  draw();
}

async function reorder(): Promise<void> {
  try {
    const answer = await fetch(`/api/hall/${data.session}`, { signal: AbortSignal.timeout(ANSWER_WITHIN) });
    if (answer.ok) state.lots = (await answer.json() as { lots: LotLine[] }).lots;
  } catch {
    // The next beat tries again.
  }
}

function toldOf(bid: FloorBid, answer: Sent): void {
  if ('refused' in answer) tell(say('FloorRefused', number(bid.paddle), yuan(bid.amountFen), answer.refused));
  else hush();
}

async function act(kind: string, more: Record<string, unknown> = {}): Promise<void> {
  const id = crypto.randomUUID();
  for (let attempt = 0; attempt < 4; attempt++) {
    const answer = await send(kind === 'call' ? 'call' : 'acts', kind === 'call' ? {} : { id, act: kind, ...more });
    if ('unknown' in answer) continue;
    if ('refused' in answer) tell(answer.refused);
    else hush();
    await beat();
    return;
  }
  tell(say('Unknown'));
}

function takeBid(): void {
  const p = state.desk?.picture;
  if (!p || state.paddle === null) { tell(say('ChoosePaddle')); return; }
  const last = outbox.waiting.at(-1);
  // Without the line the next amount follows from what was entered here.
  const amount = last ? last.amountFen + p.stepFen : p.nextMinFen;
  outbox.add({ bidId: crypto.randomUUID(), paddle: state.paddle, amountFen: amount, since: Date.now() });
  choose(null, '');
  if (!view.lost) void outbox.flush(toldOf).then(beat);
}

/** A holder of priority in the hall takes the price that stands. */
function takeMatch(): void {
  const p = state.desk?.picture;
  const paddle = view.matcher;
  if (!p || p.priceFen === null || paddle === null) { tell(say('ChooseHolder')); return; }
  outbox.add({ bidId: crypto.randomUUID(), paddle, amountFen: p.priceFen, since: Date.now() });
  choose(null, '');
  void outbox.flush(toldOf).then(beat);
}

function tell(text: string): void {
  const note = at('answer');
  if (!note) return;
  put(note.querySelector('b'), text);
  note.hidden = false;
}

function hush(): void { show('answer', false); }

async function setAsk(): Promise<void> {
  const [wrap, input] = field(say('NewAsk'));
  input.inputMode = 'decimal';
  if (!await dialog(say('SetAsk'), say('AskHint', yuan(state.desk?.picture.stepFen ?? 0)), [wrap], true)) return;
  const read = parseYuan(input.value);
  if ('fen' in read) await act('ask', { amountFen: read.fen });
  else tell(say('NoAmount'));
}

/** One key, one reason; null when the auctioneer thinks better of it. */
async function reasonOf(title: string, text: string, prefix: string, reasons: string[]): Promise<string | null> {
  let chosen: string | null = null;
  const box = at('dialog') as HTMLDialogElement;
  const choose = (reason: string): void => { chosen = reason; box.close('yes'); };
  const buttons = reasons.map((reason, i) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn';
    button.textContent = `${i + 1} ${say(`${prefix}.${reason}`)}`;
    button.onclick = () => { choose(reason); };
    return button;
  });
  box.onkeydown = e => { const reason = reasons[Number(e.key) - 1]; if (reason) choose(reason); };
  const done = await dialog(title, text, buttons, false);
  box.onkeydown = null;
  return done ? chosen : null;
}

async function correct(): Promise<void> {
  const of = state.desk?.mayCorrect;
  if (!of) return;
  const top = state.desk?.picture.hall.last[0];
  const reason = await reasonOf(say('CorrectTitle', number(top?.paddle ?? 0), yuan(top?.amountFen ?? 0)), say('CorrectText'), 'Reason', ['WrongPaddle', 'WrongAmount', 'NoRaise']);
  if (reason) await act('correct', { of, reason });
}

/** The floor goes before a net bid of the same amount, as the announcement says; the one over-ruled is told, the recorder signs. */
async function overRule(): Promise<void> {
  const p = state.desk?.picture;
  const paddle = state.paddle;
  if (!p || p.priceFen === null || paddle === null) { tell(say('ChoosePaddle')); return; }
  const amountFen = p.priceFen;
  const reason = await reasonOf(say('OverTitle', number(paddle), yuan(amountFen), number(p.leaderPaddle ?? 0)), say('OverText'), 'Over', ['RaisedBefore', 'EnteredLate', 'AnnouncedTie']);
  if (!reason) return;
  outbox.add({ bidId: crypto.randomUUID(), paddle, amountFen, since: Date.now(), reason });
  choose(null, '');
  await outbox.flush(toldOf);
  await beat();
}

async function pause(): Promise<void> {
  const [wrap, input] = field(say('PauseReason'));
  input.maxLength = 200;
  if (await dialog(say('PauseTitle'), say('PauseText'), [wrap], true)) await act('pause', { reason: input.value });
}

async function pass(): Promise<void> {
  const [wrap, input] = field(say('PassLot', state.up?.id ?? ''));
  if (await dialog(say('PassTitle'), say('PassText'), [wrap], true)) await act('pass', { lot: input.value.trim() });
}

const does: Record<string, () => void> = {
  bid: takeBid,
  match: takeMatch,
  holders: () => { void act('askHolders'); },
  ask: () => { void setAsk(); },
  correct: () => { void correct(); },
  over: () => { void overRule(); },
  warn1: () => { void act('warn', { number: 1 }); },
  warn2: () => { void act('warn', { number: 2 }); },
  warn3: () => { void act('warn', { number: 3 }); },
  hammer: () => { void act('hammer'); },
  pause: () => { void pause(); },
  goon: () => { void act('goOn'); },
  call: () => { void act('call'); },
  pass: () => { void pass(); },
};

const keys: Record<string, string> = { ' ': 'bid', n: 'ask', z: 'correct', h: 'hammer', p: 'pause', g: 'goon', c: 'call', v: 'match', q: 'holders', x: 'over' };

function press(name: string): void {
  const button = document.querySelector<HTMLButtonElement>(`[data-key="${name}"]`);
  if (button && !button.disabled && !button.hidden) does[name]?.();
}

/** 1, 2 and 3 warn; after a slash digits are a paddle's number, which the space bar then takes. */
function onKey(e: KeyboardEvent): void {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target instanceof HTMLInputElement || document.querySelector('dialog[open]')) return;
  const key = e.key.toLowerCase();
  // What has no key of its own is reached by the tab key, and the space bar presses it.
  if (key === ' ' && e.target instanceof Element && e.target.closest('a, [data-key="pass"], [data-r="unsigned"]')) return;
  const name = /^[123]$/.test(key) ? `warn${key}` : keys[key];
  if (key === '/') choose(null, '/');
  else if (key === 'escape') choose(null, '');
  else if (state.typed !== '' && /^\d$/.test(key)) {
    const typed = (state.typed + key).slice(0, 5);
    choose(state.desk?.floorPaddles.find(p => String(p) === typed.slice(1)) ?? null, typed);
  } else if (name) press(name);
  else return;
  e.preventDefault();
}

function choose(paddle: number | null, typed: string): void {
  [state.paddle, state.typed] = [paddle, typed];
  draw();
}

document.querySelectorAll<HTMLButtonElement>('[data-key]').forEach(b => { b.onclick = () => does[b.dataset['key'] ?? '']?.(); });
addEventListener('keydown', onKey);
addEventListener('online', () => { void beat(); });
setInterval(() => { void beat(); }, BEAT_EVERY);
setInterval(draw, 200);
void beat();
