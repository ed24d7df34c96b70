import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import test from 'node:test';
import { check, leafOf, rawSignature, rootOf } from '../Proofs/log';

const sha = (...parts: Uint8Array[]) => new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest());
const leaf = (data: Uint8Array) => sha(Uint8Array.of(0), data);
const node = (left: Uint8Array, right: Uint8Array) => sha(Uint8Array.of(1), left, right);

/** RFC 6962 by its definition: the root of a list and the path of a leaf. */
function tree(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaf(leaves[0]!);
  const k = split(leaves.length);
  return node(tree(leaves.slice(0, k)), tree(leaves.slice(k)));
}

function path(index: number, leaves: Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return index < k ? [...path(index, leaves.slice(0, k)), tree(leaves.slice(k))] : [...path(index - k, leaves.slice(k)), tree(leaves.slice(0, k))];
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

const same = (a: Uint8Array | null, b: Uint8Array) => a !== null && Buffer.from(a).equals(Buffer.from(b));

test('every leaf of every small tree leads to the root, and no other place does', async () => {
  for (let size = 1; size <= 20; size++) {
    const leaves = Array.from({ length: size }, (_, i) => Uint8Array.of(i));
    const root = tree(leaves);
    for (let i = 0; i < size; i++) {
      const way = path(i, leaves) as Uint8Array<ArrayBuffer>[];
      assert.ok(same(await rootOf(i, size, Uint8Array.of(i), way), root), `${i} of ${size}`);
      assert.ok(!same(await rootOf(i, size, Uint8Array.of(i + 1), way), root));
      if (size > 1) assert.ok(!same(await rootOf((i + 1) % size, size, Uint8Array.of(i), way), root));
      assert.equal(await rootOf(size, size, Uint8Array.of(i), way), null);
    }
  }
});

test('a proof with its signed checkpoint is accepted and every change of it refused', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const entries = [1, 2, 3, 4, 5].map(v => leafOf('auction/a', v, 'ab', '2026-11-24T07:00:00.000000Z'));
  const text = `market.example/log\n5\n${Buffer.from(tree(entries)).toString('base64')}\n`;
  // Both lengths that a number of the signature can have in DER come up in a few tries.
  for (let tries = 0; tries < 20; tries++) {
    const signature = sign('sha256', Buffer.from(text), privateKey);
    const line = Buffer.concat([sha(spki).slice(0, 4), signature]).toString('base64');
    const proof = ['c2sp.org/tlog-proof@v1', 'index 3', ...path(3, entries).map(h => Buffer.from(h).toString('base64')), '', `${text}\n\u2014 market.example/log ${line}\n`].join('\n');
    const found = await check(proof, entries[3]!, spki);
    assert.deepEqual([found?.index, found?.size, found?.origin], [3, 5, 'market.example/log']);
    assert.equal(await check(proof, entries[2]!, spki), null);
    if (tries > 0) continue;
    for (let i = 0; i < proof.length; i++) {
      const changed = proof.slice(0, i) + String.fromCharCode(proof.charCodeAt(i) ^ 1) + proof.slice(i + 1);
      assert.equal(await check(changed, entries[3]!, spki), null, `character ${i}`);
    }
  }
});

test('a signature in DER is read only when it is one', () => {
  assert.equal(rawSignature(Uint8Array.of()), null);
  assert.equal(rawSignature(Uint8Array.of(0x30, 6, 2, 1, 1, 2, 1)), null);
  assert.deepEqual([...rawSignature(Uint8Array.of(0x30, 6, 2, 1, 5, 2, 1, 7))!].filter(b => b !== 0), [5, 7]);
});
