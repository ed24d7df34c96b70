import assert from 'node:assert/strict';
import test from 'node:test';
import { plan } from './chart';
import { lasts, nextFall, passed, possible, priceAfter, priceAt, stairs, stepsOf, type FallingPath } from './path';
import type { Mine, Picture } from './picture';
import { clockNow, cycleNow, falls, myState, phaseSays, shownFen, stepNow } from './stages';
// The same table that the rules themselves are tested with.
import table from '../../../tests/Marketplace.Domain.Tests/Data/price-path.json';

const T0 = Date.parse('2026-11-24T06:00:00Z');
const iso = (ms: number): string => new Date(ms).toISOString();

const path: FallingPath = {
  stepBasisPoints: 100, stepFen: null, intervalSeconds: 300, floorFen: 6_000_000, steps: 40, beganAt: iso(T0), standsSince: null, nextFallAt: iso(T0 + 300_000),
};

const dutch: Picture = {
  id: 'a', version: 5, phase: 'open', priceFen: null, leaderPaddle: null, startPriceFen: 10_000_000, nextMinFen: 10_000_000, stepFen: 1, opensAt: iso(T0), endsAt: iso(T0 + 41 * 300_000),
  softCloseSeconds: 0, serverNow: iso(T0), bids: 0, bidders: 3, extensions: 0, outcome: null, winnerPaddle: null,
  format: 'dutch', rules: 'zjp-dutch.1', stage: 'falling', askedFen: 10_000_000, path, cycles: null, priceTaker: null, latestEndsAt: null, sealed: null,
};

const dynamic: Picture = {
  ...dutch, format: 'dynamic', rules: 'zjp-dynamic.1', stage: 'rising', askedFen: null, path: null, endsAt: iso(T0 + 3_900_000),
  cycles: { seconds: 300, freeUntil: iso(T0 + 3_600_000), number: 0 },
};

const mine: Mine = { paddle: 7, ceilingFen: null, suspended: false, leading: false, myMaxFen: null };

test('the counted price is the rules\u2019 price, step by step', () => {
  for (const row of table) {
    assert.equal(stepsOf(row, row.startFen), row.steps, JSON.stringify(row));
    assert.equal(lasts(row, row.startFen), (row.steps + 1) * row.intervalSeconds * 1000);
    for (const [k, fen] of row.prices) assert.equal(priceAfter(row, row.startFen, k ?? 0), fen, `${JSON.stringify(row)} after ${k}`);
  }
});

test('the price falls at the server\u2019s moment, not before', () => {
  assert.equal(priceAt(path, 10_000_000, T0 - 60_000), 10_000_000);
  assert.equal(priceAt(path, 10_000_000, T0 + 299_999), 10_000_000);
  assert.equal(priceAt(path, 10_000_000, T0 + 300_000), 9_900_000);
  assert.equal(priceAt(path, 10_000_000, T0 + 90 * 300_000), 6_000_000);
  assert.equal(nextFall(path, T0 + 1), T0 + 300_000);
  assert.equal(nextFall(path, T0 + 40 * 300_000), null);
});

test('a paused price stands where the silence began', () => {
  const stands = { ...path, standsSince: iso(T0 + 700_000) };
  assert.equal(passed(stands, T0 + 5_000_000), 2);
  assert.equal(priceAt(stands, 10_000_000, T0 + 5_000_000), 9_800_000);
  assert.equal(nextFall(stands, T0 + 5_000_000), null);
});

test('what cannot fall is not previewed', () => {
  for (const wrong of [{ floorFen: 10_000_000 }, { floorFen: 0 }, { intervalSeconds: 0 }, { stepBasisPoints: 0 }, { stepBasisPoints: 10_001 }, { stepBasisPoints: 1, floorFen: 1, intervalSeconds: NaN }]) {
    assert.equal(possible({ ...path, ...wrong }, 10_000_000), false, JSON.stringify(wrong));
  }
  assert.equal(possible(path, 10_000_000), true);
});

test('the clock of a falling price counts to the next fall, then to the end at the floor', () => {
  assert.deepEqual(clockNow(dutch, T0 + 1000), { target: T0 + 300_000, says: 'NextFall', whole: 300_000 });
  assert.deepEqual(clockNow(dutch, T0 + 40 * 300_000 + 5), { target: T0 + 41 * 300_000, says: 'FloorUntil', whole: 300_000 });
  assert.equal(clockNow({ ...dutch, phase: 'announced' }, T0 - 1000).says, 'OpensAt');
  assert.equal(clockNow({ ...dutch, phase: 'announced', resumesAt: dutch.opensAt }, T0 - 1000).says, 'ResumesAt');
  assert.deepEqual([phaseSays({ ...dutch, phase: 'announced' }), phaseSays({ ...dutch, phase: 'announced', resumesAt: dutch.opensAt }), phaseSays(dutch)], ['announced', 'resuming', 'open']);
  assert.equal(shownFen(dutch, T0 + 600_000), 9_800_000);
  assert.equal(shownFen({ ...dutch, phase: 'announced' }, T0 + 600_000), 10_000_000);
  assert.equal(stepNow(dutch, T0), 'Falling');
});

test('an accepted price stands', () => {
  const taken: Picture = { ...dutch, priceFen: 9_800_000, leaderPaddle: 7, priceTaker: 7, askedFen: null };
  assert.equal(falls(taken), false);
  assert.equal(shownFen(taken, T0 + 5_000_000), 9_800_000);
});

test('the free period runs into the first cycle by the clock alone', () => {
  assert.deepEqual([stepNow(dynamic, T0 + 1), clockNow(dynamic, T0 + 1).says, cycleNow(dynamic, T0 + 1)], ['Free', 'FreeUntil', 0]);
  const at = T0 + 3_600_000;
  assert.deepEqual([stepNow(dynamic, at), clockNow(dynamic, at), cycleNow(dynamic, at)], ['Cycles', { target: T0 + 3_900_000, says: 'CycleEnds', whole: 300_000 }, 1]);
});

test('paused in the free period it stays there, however late it is', () => {
  const paused: Picture = { ...dynamic, phase: 'paused' };
  assert.deepEqual([stepNow(paused, T0 + 9_000_000), clockNow(paused, T0 + 9_000_000).says, cycleNow(paused, T0 + 9_000_000)], ['Free', 'FreeUntil', 0]);
  const later: Picture = { ...paused, cycles: { seconds: 300, freeUntil: iso(T0 + 3_600_000), number: 2 } };
  assert.deepEqual([stepNow(later, T0 + 1), cycleNow(later, T0 + 1)], ['Cycles', 2]);
});

test('who takes the price waits, the others may seal, then the taker has the last word', () => {
  const sealed: Picture = { ...dutch, format: 'hybrid-dutch', stage: 'sealed', priceFen: 9_800_000, leaderPaddle: 7, priceTaker: 7 };
  assert.equal(myState({ ...mine, leading: true }, sealed, false, true), 'taker');
  assert.equal(myState({ ...mine, paddle: 8 }, sealed, false, false), 'seal');
  const word: Picture = { ...sealed, stage: 'last-word', priceFen: 9_900_000, leaderPaddle: 8 };
  assert.equal(myState(mine, word, false, true), 'word');
  assert.equal(myState({ ...mine, paddle: 9 }, word, false, false), 'wait');
  assert.equal(myState(mine, dutch, false, false), 'asked');
  assert.equal(myState(mine, dutch, true, false), 'lost-link');
});

test('a listing counts to the end of its notice, and bidding begins at the posted price', () => {
  const listed: Picture = {
    ...dynamic, format: 'listed', rules: 'zjp-listed.1', stage: 'listing', phase: 'announced', cycles: null, opensAt: iso(T0 + 600_000), listing: { extended: 1, cycles: 2, course: null },
  };
  assert.deepEqual([stepNow(listed, T0), clockNow(listed, T0)], [null, { target: T0 + 600_000, says: 'ListedUntil', whole: 0 }]);
  assert.deepEqual([stepNow({ ...listed, phase: 'paused' }, T0), stepNow({ ...listed, phase: 'closed' }, T0)], [null, 'Closed']);
  assert.equal(myState(mine, listed, false, false), 'intent');
  assert.equal(myState({ ...mine, suspended: true }, listed, false, false), 'suspended');
  const bidding: Picture = { ...listed, stage: 'rising', phase: 'open', priceFen: 10_000_000, leaderPaddle: 7, listing: { extended: 1, cycles: 2, course: 'bidding' } };
  assert.deepEqual([stepNow(bidding, T0 + 600_000), clockNow(bidding, T0 + 600_000).says, shownFen(bidding, T0 + 600_000)], ['Bidding', 'EndsAt', 10_000_000]);
  assert.equal(myState({ ...mine, leading: true }, bidding, false, false), 'lead');
});

test('the stairs have a corner for each fall, and few when there are many', () => {
  const corners = stairs(path, 10_000_000, 0, 3);
  assert.deepEqual(corners.map(c => c.fen), [10_000_000, 9_900_000, 9_800_000, 9_700_000]);
  assert.ok(stairs({ ...path, stepBasisPoints: 1, steps: 9000 }, 10_000_000, 0, 9000).length <= 402);
  const box = { width: 200, height: 100, left: 0, right: 0, top: 0, bottom: 0 };
  const drawn = plan(corners.map(c => ({ ...c, mine: false })), 6_000_000, T0, T0 + 41 * 300_000, box, T0 + 950_000, stairs(path, 10_000_000, 4, 40));
  assert.equal(drawn.path.split('V').length - 1, 3);
  assert.ok(drawn.ahead.startsWith('M') && drawn.ahead.endsWith('H200'));
});
