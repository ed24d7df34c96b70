import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { combine, hex, makeHolderKey, makeOpeningKey, multiply, openBox, openHolderKey, openShare, pairOf, random, sealOffer, shareCommitment, split, unbase64, unhex, type Bytes } from './sealing';

// The same file that the rules' own tests read: both sides make the same bytes.
const vector = JSON.parse(readFileSync('../../tests/Marketplace.Domain.Tests/Data/sealing-vector.json', 'utf8')) as Record<string, string> & { paddle: number; amountFen: number; shares: string[] };
const text = (name: string): string => vector[name] ?? '';

test('an envelope has the bytes that the rules make', async () => {
  const once = await pairOf(unhex(text('ephemeral')), unhex(text('ephemeralPublic')));
  const sealed = await sealOffer(text('publicKey'), text('auction'), vector.paddle, text('bidId'), vector.amountFen, unhex(text('nonce')), once);
  assert.equal(hex(unbase64(sealed.envelope)), text('envelope'));
  assert.equal(sealed.commitment, text('commitment'));
  const opener = await pairOf(unhex(text('scalar')), unhex(text('publicKey')));
  const content = await openBox(unhex(text('envelope')), opener, `zjp-envelope.1\n${text('auction')}\n`, `zjp-envelope.1\n${text('auction')}\n${vector.paddle}\n${text('bidId')}\n`);
  assert.equal(hex(content.slice(0, 32)), text('nonce'));
  await assert.rejects(openBox(unhex(text('envelope')), opener, `zjp-envelope.1\n${text('auction')}\n`, `zjp-envelope.1\n${text('auction')}\n${vector.paddle + 1}\n${text('bidId')}\n`));
});

test('shares are those that the rules cut, and give the key back', async () => {
  const shares = split(unhex(text('scalar')), 2, 3, unhex(text('coefficients')));
  assert.deepEqual(shares.map(hex), vector.shares);
  assert.equal(await shareCommitment(text('auction'), shares[0] as Bytes), text('shareCommitment'));
  for (const [a, b] of [[0, 1], [0, 2], [1, 2]] as const) assert.equal(hex(combine([shares[a] as Bytes, shares[b] as Bytes])), text('scalar'));
  assert.equal(multiply(0x57, 0x83), 0xc1);
});

test('a holder opens its share with its file and passphrase, and nobody else does', async () => {
  const files = [await makeHolderKey('correct horse battery'), await makeHolderKey('another sentence')];
  const holders = files.map((f, i) => ({ holder: i === 0 ? 'operator' : 'notary', publicKey: f.publicKey }));
  const made = await makeOpeningKey('zjp-1', 2, holders);
  const pairs = [await openHolderKey(JSON.stringify(files[0]), 'correct horse battery'), await openHolderKey(JSON.stringify(files[1]), 'another sentence')];
  const shares: Bytes[] = [];
  for (const [i, pair] of pairs.entries()) {
    assert.ok(typeof pair !== 'string');
    const share = await openShare(made.shares[i]?.box ?? '', pair, 'zjp-1', i + 1);
    assert.equal(await shareCommitment('zjp-1', share), made.shares[i]?.commitment);
    shares.push(share);
    await assert.rejects(openShare(made.shares[1 - i]?.box ?? '', pair, 'zjp-1', 2 - i));
    await assert.rejects(openShare(made.shares[i]?.box ?? '', pair, 'zjp-2', i + 1));
  }
  const sealed = await sealOffer(made.publicKey, 'zjp-1', 7, 'b-1', 123_456_789);
  const opener = await pairOf(combine(shares), unhex(made.publicKey));
  const content = await openBox(unbase64(sealed.envelope), opener, 'zjp-envelope.1\nzjp-1\n', 'zjp-envelope.1\nzjp-1\n7\nb-1\n');
  assert.equal(new DataView(content.buffer).getBigUint64(32), 123_456_789n);
  assert.equal(sealed.envelope.length, (await sealOffer(made.publicKey, 'zjp-1', 7, 'b-1', 1)).envelope.length);
});

test('a wrong passphrase and a wrong file are told apart', async () => {
  const file = await makeHolderKey('correct horse battery');
  assert.equal(await openHolderKey(JSON.stringify(file), 'wrong'), 'WrongPassphrase');
  assert.equal(await openHolderKey('{}', 'x'), 'NotAKeyFile');
  assert.equal(await openHolderKey('no json', 'x'), 'NotAKeyFile');
  assert.equal(await openHolderKey(JSON.stringify({ ...file, publicKey: `04${hex(random(64))}` }), 'correct horse battery'), 'WrongPassphrase');
});
