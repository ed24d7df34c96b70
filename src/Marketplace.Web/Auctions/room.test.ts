import assert from 'node:assert/strict';
import test from 'node:test';
import { plan, niceStep } from './chart';
import { best, countdown, ringShare, sample, timeOfDay } from './clock';
import { doubts, judge, offers, stepAt, stepsUp, type Terms } from './ladder';
import { capitals, million, parseYuan, wan, yuan } from './money';
import { Course, type Line, type Picture } from './picture';
import { Sender, type Keep } from './sending';
import { sayer } from '../Shared/texts';

test('a word fits the number before it', () => {
  const say = sayer({ counts: '{0} [bid/bids], {1} [bidder/bidders]' });
  assert.equal(say('counts', 1, 2), '1 bid, 2 bidders');
  assert.equal(say('counts', '21', 1), '21 bids, 1 bidder');
});

test('amounts are read exactly as people type them', () => {
  const table: [string, number][] = [
    ['2,980,000', 298000000], ['2980000', 298000000], ['298\u4E07', 298000000], ['298 \u4E07\u5143', 298000000], ['298.5\u4E07', 298500000],
    ['¥ 2,980,000.50', 298000050], ['\uFF12\uFF19\uFF18\u4E07', 298000000], ['2\uFF0C980\uFF0C000', 298000000], ['0.01', 1], ['1.2\u4EBF', 12000000000],
    ['2.98 million', 298000000], ['2.98m', 298000000], ['0.29', 29], ['1.1', 110], ['000012', 1200], ['0.000001\u4E07', 1], ['1000000000000', 1e14],
  ];
  for (const [text, fen] of table) assert.deepEqual(parseYuan(text), { fen }, text);
});

test('what is no amount is refused with its reason', () => {
  const table: [string, string][] = [
    ['', 'empty'], ['  ', 'empty'], ['abc', 'shape'], ['-5', 'shape'], ['1,2345', 'shape'], ['12,34', 'shape'], ['1.2.3', 'shape'], ['1e6', 'shape'],
    ['0x10', 'shape'], ['0', 'range'], ['0.00', 'range'], ['1000000000000.01', 'range'], ['99999999999999999999', 'range'], ['1.005', 'fraction'],
    ['0.0000001\u4E07', 'fraction'], ['5\u5143\u94B1', 'shape'], ['\u4E07', 'shape'],
  ];
  for (const [text, fault] of table) assert.deepEqual(parseYuan(text), { fault }, text);
});

test('amounts are written exactly', () => {
  assert.equal(yuan(298000000), '2,980,000');
  assert.equal(yuan(5), '0.05');
  assert.equal(yuan(100), '1');
  assert.equal(yuan(1e14), '1,000,000,000,000');
  assert.equal(wan(298000000), '298');
  assert.equal(wan(1500000), '1.5');
  assert.equal(wan(1), '0.000001');
  assert.equal(million(296000000), '2.96');
  assert.equal(million(123456789000), '1,234.56789');
});

test('the capital form follows the rule book', () => {
  const table: [number, string][] = [
    [2980000_00, '\u8D30\u4F70\u7396\u62FE\u634C\u4E07\u5143\u6574'], [3120000_00, '\u53C1\u4F70\u58F9\u62FE\u8D30\u4E07\u5143\u6574'], [29800000_00, '\u8D30\u4EDF\u7396\u4F70\u634C\u62FE\u4E07\u5143\u6574'], [1_00, '\u58F9\u5143\u6574'], [10_00, '\u58F9\u62FE\u5143\u6574'],
    [10001_00, '\u58F9\u4E07\u96F6\u58F9\u5143\u6574'], [100000000_00, '\u58F9\u4EBF\u5143\u6574'], [100000001_00, '\u58F9\u4EBF\u96F6\u58F9\u5143\u6574'], [1010_00, '\u58F9\u4EDF\u96F6\u58F9\u62FE\u5143\u6574'], [5, '\u4F0D\u5206'], [50, '\u4F0D\u89D2'],
    [105, '\u58F9\u5143\u96F6\u4F0D\u5206'], [1_50, '\u58F9\u5143\u4F0D\u89D2'], [20000300_00, '\u8D30\u4EDF\u4E07\u96F6\u53C1\u4F70\u5143\u6574'], [1e14, '\u58F9\u4E07\u4EBF\u5143\u6574'], [120000_0000_00, '\u58F9\u62FE\u8D30\u4EBF\u5143\u6574'],
    [107000_53, '\u58F9\u62FE\u4E07\u96F6\u67D2\u4EDF\u5143\u4F0D\u89D2\u53C1\u5206'], [16409_02, '\u58F9\u4E07\u9646\u4EDF\u8086\u4F70\u96F6\u7396\u5143\u96F6\u8D30\u5206'], [325_04, '\u53C1\u4F70\u8D30\u62FE\u4F0D\u5143\u96F6\u8086\u5206'], [1005_0000_00, '\u58F9\u4EDF\u96F6\u4F0D\u4E07\u5143\u6574'],
  ];
  for (const [fen, text] of table) assert.equal(capitals(fen), text, String(fen));
});

const terms: Terms = { startPriceFen: 200000000, steps: [{ fromFen: 0, stepFen: 2000000 }, { fromFen: 300000000, stepFen: 5000000 }], onStep: 'multiple' };

test('the next amounts follow the ladder', () => {
  assert.equal(stepAt(terms, 299999999), 2000000);
  assert.equal(stepAt(terms, 300000000), 5000000);
  assert.deepEqual(offers(terms, null).map(o => o.fen), [200000000, 202000000, 204000000, 210000000]);
  assert.deepEqual(offers(terms, 296000000).map(o => o.fen), [298000000, 300000000, 306000000, 316000000]);
  // where only the least step counts, each rung has its own
  assert.equal(stepsUp({ ...terms, onStep: 'minimum' }, 298000000, 2), 305000000);
});

test('an amount is judged as the market will', () => {
  assert.deepEqual(judge(terms, 296000000, 302000000, null), { ok: true, steps: 3 });
  assert.deepEqual(judge(terms, 296000000, 299000000, null), { ok: false, reason: 'notOnStep', lowFen: 298000000, highFen: 300000000 });
  assert.deepEqual(judge(terms, 296000000, 296000000, null), { ok: false, reason: 'notAbove', lowFen: 298000000, highFen: 298000000 });
  assert.deepEqual(judge(terms, 296000000, 297000000, null), { ok: false, reason: 'belowNext', lowFen: 298000000, highFen: 298000000 });
  assert.deepEqual(judge(terms, null, 199000000, null), { ok: false, reason: 'belowStart', lowFen: 200000000, highFen: 200000000 });
  assert.deepEqual(judge(terms, null, 200000000, null), { ok: true, steps: 0 });
  assert.deepEqual(judge(terms, 296000000, 320000000, 310000000), { ok: false, reason: 'aboveCeiling', lowFen: 310000000, highFen: 310000000 });
  // a maximum need not lie on a step
  assert.deepEqual(judge(terms, 296000000, 299000001, null, true), { ok: true, steps: null });
  assert.deepEqual(judge({ ...terms, onStep: 'minimum' }, 296000000, 299000001, null), { ok: true, steps: null });
});

test('large amounts are asked about', () => {
  assert.deepEqual(doubts(terms, 296000000, 298000000, null), []);
  assert.deepEqual(doubts(terms, 296000000, 316000000, null), []);
  assert.deepEqual(doubts(terms, 296000000, 318000000, null), ['steps']);
  assert.deepEqual(doubts(terms, 296000000, 2980000000, null), ['double', 'steps']);
  assert.deepEqual(doubts(terms, 296000000, 298000000, 320000000), ['ceiling']);
  assert.deepEqual(doubts(terms, 296000000, 298000000, 400000000), []);
});

test('the clock takes the quickest round trip', () => {
  const quick = sample(1_000_050, 100, 140);
  assert.deepEqual(quick, { roundTrip: 40, offset: 1_000_050 - 120 });
  assert.equal(best([sample(0, 0, 400), quick, sample(0, 0, 90)]), quick);
  assert.equal(best([]), null);
  assert.equal(countdown(161_000), '02:41');
  assert.equal(countdown(160_001), '02:41');
  assert.equal(countdown(1), '00:01');
  assert.equal(countdown(-5), '00:00');
  assert.equal(countdown(5_904_000), '1:38:24');
  assert.equal(countdown(90_061_000), '1d 01:01');
  assert.equal(ringShare(0, -600_000, 150_000, 300), 0.5);
  assert.equal(ringShare(0, -600_000, 600_000, 300), 0.5);
  assert.equal(timeOfDay(Date.parse('2026-11-24T07:24:17Z')), '15:24:17');
});

test('the price path is drawn in steps inside its box', () => {
  const box = { width: 640, height: 200, left: 44, right: 14, top: 14, bottom: 26 };
  const chart = plan([{ at: 0, fen: 200, mine: false }, { at: 50, fen: 400, mine: true }], 200, 0, 100, box);
  assert.equal(chart.path, 'M44 174H335V14H626');
  assert.deepEqual(chart.dots, [{ x: 335, y: 14 }]);
  assert.deepEqual(plan([], 20000, 0, 100, box).path, '');
  assert.equal(niceStep(960000, 5), 200000);
});

const picture = (version: number, more: Partial<Picture> = {}): Picture => ({
  id: 'a', version, phase: 'open', priceFen: null, leaderPaddle: null, startPriceFen: 1, nextMinFen: 1, stepFen: 1, opensAt: '', endsAt: '',
  softCloseSeconds: 300, serverNow: '2026-11-24T07:00:00.000000Z', bids: 0, bidders: 0, extensions: 0, outcome: null, winnerPaddle: null, ...more,
});
const line = (version: number): Line => ({ version, at: '', type: 'bid-accepted', paddle: 1, amountFen: 1, proxy: false, priceFen: 1, leader: 1, endsAt: null, hash: '' });

test('older pictures are ignored and gaps are filled once', () => {
  const course = new Course(picture(5), [], 5);
  assert.equal(course.show(picture(4)), false);
  assert.equal(course.show(picture(5, { serverNow: '2026-11-24T06:59:59.000000Z' })), false);
  assert.equal(course.show(picture(8)), true);
  assert.equal(course.behind, true);
  assert.deepEqual(course.catchUp({ reload: false, picture: picture(9), lines: [line(6), line(8), line(9)] }).map(l => l.version), [6, 8, 9]);
  assert.equal(course.behind, false);
  assert.deepEqual(course.catchUp({ reload: false, picture: picture(9), lines: [line(9)] }), []);
  assert.equal(course.lines.length, 3);
  course.show(picture(5000));
  course.catchUp({ reload: true, picture: picture(5000) });
  assert.equal(course.gap, true);
  assert.equal(course.behind, false);
});

function memory(): Keep & { all: Map<string, string> } {
  const all = new Map<string, string>();
  return { all, getItem: k => all.get(k) ?? null, setItem: (k, v) => { all.set(k, v); }, removeItem: k => { all.delete(k); } };
}

test('a bid whose answer is unknown is repeated with the same id until there is one', async () => {
  const keep = memory();
  const sent: { bidId: string }[] = [];
  const answers: (() => Promise<Response>)[] = [
    () => Promise.reject(new TypeError('network')),
    () => Promise.resolve(new Response('', { status: 503 })),
    () => Promise.resolve(new Response('<html>', { status: 200 })),
    () => Promise.resolve(Response.json({ version: 7, hash: 'h', receivedAt: 't', priceFen: 5, leading: true, receipt: {} })),
  ];
  const told: number[] = [];
  const road = {
    post: (body: unknown) => {
      assert.equal(keep.all.size, 1, 'kept before it is sent');
      sent.push(body as { bidId: string });
      return answers.shift()!();
    },
    wait: () => Promise.resolve(),
  };
  const sender = new Sender('a', keep, road, () => 'one-id', attempt => told.push(attempt));
  const answer = await sender.send({ amountFen: 5 }, 0);
  assert.ok('accepted' in answer && answer.accepted.version === 7);
  assert.deepEqual(sent.map(s => s.bidId), ['one-id', 'one-id', 'one-id', 'one-id']);
  assert.deepEqual(told, [1, 2, 3]);
  assert.equal(sender.pending, null);
});

test('a refusal is an answer and is not repeated', async () => {
  const keep = memory();
  let posts = 0;
  const road = { post: () => { posts++; return Promise.resolve(Response.json({ code: 'BelowNextMinimum', title: 'low', about: '298' }, { status: 409 })); }, wait: () => Promise.resolve() };
  const sender = new Sender('a', keep, road, () => 'x', () => assert.fail('an answer was there'));
  assert.deepEqual(await sender.send({ proxyMaxFen: 5 }, 0), { refused: { status: 409, code: 'BelowNextMinimum', title: 'low', about: '298' } });
  assert.equal(posts, 1);
  assert.equal(keep.all.size, 0);
});
