import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { checkReceipt, checkRefused } from './evidence';
import { cut, verify, type Good } from './transcript';

type Bytes = Uint8Array<ArrayBuffer>;
const GOLDEN = '../../tests/Marketplace.Domain.Tests/Data';
const golden = (name: string): Bytes => new Uint8Array(readFileSync(`${GOLDEN}/golden-${name}.ndjson`));
const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
const sha = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

async function good(bytes: Bytes): Promise<Good> {
  const found = await verify(bytes, null);
  if (!found.ok) assert.fail(`line ${found.line}: ${found.reason}`);
  return found;
}

const market = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spkiOf = (key: KeyObject) => new Uint8Array(key.export({ type: 'spki', format: 'der' }));
const spki = spkiOf(market.publicKey);
const keyId = sha(spki).toString('hex');
const signature = (stream: string, version: number, hash: string) =>
  sign('sha256', Buffer.from(`market-head.1\n${stream}\n${version}\n${hash}\n`), { key: market.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64');

/** Chains facts anew and signs them: what a dishonest market could publish. */
function forge(lines: string[], stream?: string): Bytes {
  let prev = '0'.repeat(64);
  const chained = lines.map((line, i) => {
    const text = line.replace(/^\{"v":\d+/, `{"v":${i + 1}`).replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`);
    prev = sha(Buffer.from(text)).toString('hex');
    return text;
  });
  const name = stream ?? `auction/${(JSON.parse(chained[0]!) as { auction: string }).auction}`;
  const head = `{"type":"head","stream":"${name}","version":${lines.length},"hash":"${prev}","alg":"ES256","key":"${keyId}","publicKey":"${Buffer.from(spki).toString('base64')}","signature":"${signature(name, lines.length, prev)}"}`;
  return utf8(`${[...chained, head].join('\n')}\n`);
}

const linesOf = (name: string): string[] => new TextDecoder().decode(golden(name)).trimEnd().split('\n').slice(0, -1);

/** The transcript with a log of this one head, as small as a log can be. */
async function logged(bytes: Bytes): Promise<Bytes> {
  const { head, at } = await good(bytes);
  const root = sha(Uint8Array.of(0), utf8(`market-leaf.1\n${head.stream}\n${head.version}\n${head.hash}\n${at}\n`)).toString('base64');
  const text = `market.example/log\n1\n${root}\n`;
  const note = Buffer.concat([sha(spki).subarray(0, 4), sign('sha256', Buffer.from(text), market.privateKey)]).toString('base64');
  const proof = `c2sp.org/tlog-proof@v1\nindex 0\n\n${text}\n\u2014 market.example/log ${note}\n`;
  return utf8(`${new TextDecoder().decode(bytes)}${JSON.stringify({ type: 'log', alg: 'ES256', publicKey: Buffer.from(spki).toString('base64'), proof })}\n`);
}

test('every golden transcript is good, and says what stands', async () => {
  const says: Record<string, unknown[]> = {
    auction: ['sold', 126_000_000, 2], formats: ['sold', 107_000_000, 1], sealing: ['sold', 135_000_000, 2], priority: ['sold', 121_000_000, 2], linked: ['sold', 101_000_000, 2],
    hall: ['sold', 106_000_000, 202], 'hall-passed': ['unsold', null, null], trouble: ['void', 122_000_000, 3], listing: ['sold', 105_000_000, 1], cancelled: ['cancelled', null, null],
  };
  const names = readdirSync(GOLDEN).filter(file => /^golden-.*\.ndjson$/.test(file)).map(file => file.slice(7, -7));
  assert.deepEqual(Object.keys(says).filter(name => !names.includes(name)), []);
  for (const name of names) {
    const { result } = await good(golden(name));
    assert.ok(result, name);
    if (says[name]) assert.deepEqual([result.outcome, result.priceFen, result.winner], says[name], name);
    await good(await logged(golden(name)));
  }
});

test('after each later line another thing stands', async () => {
  const lines = linesOf('trouble');
  const after = async (type: string) => (await good(forge(lines.slice(0, lines.findIndex(line => line.includes(`"type":"${type}"`)) + 1)))).result;
  assert.deepEqual([(await after('breakpoint-set')), (await after('secrets-opened'))?.outcome], [null, 'sold']);
  const offered = await after('second-offered');
  assert.deepEqual([offered?.outcome, offered?.winner, offered?.defaulted, offered?.asked?.paddle, offered?.asked?.priceFen], ['defaulted', 3, [3], 2, 121_000_000]);
  const promoted = await after('second-answered');
  assert.deepEqual([promoted?.outcome, promoted?.winner, promoted?.priceFen, promoted?.promoted, promoted?.asked], ['sold', 2, 121_000_000, true, null]);
  assert.equal((await after('seller-refused'))?.outcome, 'refused');
  assert.equal((await after('result-voided'))?.outcome, 'void');
});

test('a transcript with any byte changed, dropped or added is refused', async () => {
  const whole = await logged(golden('auction'));
  // One hash at a time through the platform's worker threads takes most of the time of this test.
  const subtle = crypto.subtle.digest.bind(crypto.subtle);
  crypto.subtle.digest = async (_, data) => {
    const digest = sha(data as Uint8Array);
    return digest.buffer.slice(digest.byteOffset, digest.byteOffset + 32) as ArrayBuffer;
  };
  try {
    assert.equal((await verify(whole, [keyId, (await good(whole)).head.key])).ok, true);
    const tries: [string, Bytes][] = [];
    // The last line feed ends the file and may be missing; it is no part of any line.
    for (let i = 0; i < whole.length - 1; i++) {
      const changed = whole.slice();
      changed[i] = changed[i]! ^ (i % 2 === 0 ? 1 : 0x20);
      tries.push([`changed at ${i}`, changed]);
      if (i % 16 !== 0) continue;
      tries.push([`dropped at ${i}`, Uint8Array.of(...whole.subarray(0, i), ...whole.subarray(i + 1))]);
      for (const more of [32, 10, 13]) tries.push([`added ${more} at ${i}`, Uint8Array.of(...whole.subarray(0, i), more, ...whole.subarray(i))]);
    }
    for (let at = 0; at < tries.length; at += 256) {
      const found = await Promise.all(tries.slice(at, at + 256).map(async ([what, bytes]) => [what, (await verify(bytes, null)).ok] as const));
      assert.deepEqual(found.filter(([, ok]) => ok), []);
    }
  } finally {
    crypto.subtle.digest = subtle;
  }
});

test('a transcript with a line dropped, doubled or swapped is refused', async () => {
  const lines = new TextDecoder().decode(await logged(golden('hall'))).trimEnd().split('\n');
  for (let i = 0; i < lines.length; i++) {
    // Without its last line it is the same transcript before the log had it.
    if (i < lines.length - 1) assert.equal((await verify(utf8([...lines.slice(0, i), ...lines.slice(i + 1)].join('\n')), null)).ok, false, `dropped ${i}`);
    assert.equal((await verify(utf8([...lines.slice(0, i + 1), ...lines.slice(i)].join('\n')), null)).ok, false, `doubled ${i}`);
    if (i === 0) continue;
    const swapped = [...lines];
    [swapped[i], swapped[i - 1]] = [lines[i - 1]!, lines[i]!];
    assert.equal((await verify(utf8(swapped.join('\n')), null)).ok, false, `swapped ${i}`);
  }
});

test('a lie with a good chain and signature is found where the lines themselves tell it', async () => {
  const lies: [string, string, (line: string) => string, string?][] = [
    ['hall', 'result', line => line.replace(/("type":"closed".*"winner":)202/, '$1101')],
    ['hall', 'result', line => line.replace(/("type":"hammer-fell".*"priceFen":)106000000/, '$1105000000')],
    ['auction', 'result', line => line.replace(/("type":"closed".*"priceFen":)126000000/, '$1125000000')],
    ['trouble', 'result', line => line.replace(/("type":"winner-defaulted".*"paddle":)3/, '$12')],
    ['trouble', 'result', line => line.replace(/("type":"second-answered".*"paddle":)2/, '$13')],
    ['listing', 'result', line => line.replace(/("type":"suspended".*"paddle":)3/, '$12')],
    ['listing', 'result', line => line.replace('"rank":1', '"rank":0').replace(/("course":"Bidding".*"leader":)2/, '$11')],
    ['listing', 'result', line => line.replace('"course":"Extended"', '"course":"Ended"')],
    ['listing', 'result', line => line.replace('"cycles":3', '"cycles":0')],
    ['listing', 'result', line => line.replace('"course":"Bidding"', '"course":"Agreed"')],
    ['listing', 'result', line => line.replace(/("course":"Bidding","priceFen":)100000000/, '$199000000')],
    ['auction', 'canonical', line => line.replace('"type":"opened"', '"type": "opened"')],
    ['auction', 'canonical', line => line.replace('"type":"closed"', '"type":"closed","outcome":"unsold"')],
    ['auction', 'time', line => line.replace(/("type":"closed".*"at":")2026-11-20/, '$12026-11-18')],
    ['auction', 'unknown', line => line.replace('"type":"suspended"', '"type":"suspended-again"')],
    ['auction', 'afterClose', line => line.replace('"type":"deal-recorded"', '"type":"opened"')],
    ['auction', 'twice', line => line.replace('"bidId":"0192-d"', '"bidId":"0192-a"')],
  ];
  for (const [name, reason, change] of lies) {
    const found = await verify(forge(linesOf(name).map(change)), null);
    assert.equal(found.ok ? 'good' : found.reason, reason, `${name}: ${change.toString()}`);
  }
  const hall = linesOf('hall');
  const hammer = hall.findIndex(line => line.includes('"type":"hammer-fell"'));
  for (const lines of [hall.slice(0, hammer + 1), [...hall.slice(0, hammer + 1), ...hall.slice(hammer + 2)]]) {
    const found = await verify(forge(lines), null);
    assert.equal(found.ok ? 'good' : found.reason, 'omitted');
  }
  const other = await verify(forge(linesOf('auction'), 'auction/another'), null);
  assert.equal(other.ok ? 'good' : other.reason, 'otherAuction');
});

test('escapes of the market read as what they stand for', async () => {
  const strange = linesOf('trouble').map(line => line.replace(/"text":"[^"]+"/, '"text":"\\"quoted\\" \\\\ \\u007F \\uD83D\\uDD28 \\n\\u0001"'));
  assert.ok((await good(forge(strange))).result);
});

test('refused bids are exactly those that the end names', async () => {
  const line = (ordinal: number, version = 9) => `{"ordinal":${ordinal},"paddle":3,"version":${version},"at":"2026-11-20T12:03:00.000000Z","amountFen":${ordinal === 2 ? 'null' : 100}, "reason":"BelowNextMinimum"}`.replace(', ', ',');
  const file = [1, 2, 3].map(n => `${line(n)}\n`).join('');
  const closed = (count: number, digest: string) => (text: string) => text.replace(/"refused":3,"refusedDigest":"[0-9a-f]+"/, `"refused":${count},"refusedDigest":"${digest}"`);
  const record = await good(forge(linesOf('auction').map(closed(3, sha(Buffer.from(file)).toString('hex')))));
  const finding = async (text: string) => (await checkRefused(utf8(text), record)).finding;
  assert.equal(await finding(file), 'sound');
  assert.equal(await finding(file.trimEnd()), 'sound');
  assert.equal(await finding(''), 'count');
  assert.equal(await finding(`${line(1)}\n${line(2)}\n`), 'count');
  assert.equal(await finding(`${line(2)}\n${line(1)}\n${line(3)}\n`), 'line');
  assert.equal(await finding(`${line(1)}\n${line(2, 19)}\n${line(3)}\n`), 'line');
  assert.equal(await finding(`${line(1)}\n\n${line(3)}\n`), 'line');
  assert.equal(await finding(file.replace('"paddle":3', '"paddle":4')), 'digest');
  const none = await good(forge(linesOf('auction').map(closed(0, sha().toString('hex')))));
  assert.equal((await checkRefused(utf8(''), none)).finding, 'sound');
  const running = await good(forge(linesOf('auction').slice(0, 9)));
  assert.equal((await checkRefused(utf8(''), running)).finding, 'running');
});

test('a receipt holds the market to its line, and the copy of a sealed offer to what was opened', async () => {
  const record = await good(forge(linesOf('auction')));
  const hash = (version: number, of = record) => of.lines[version - 1]!.hash;
  const receipt = (version: number, to: number, hashes = Array.from({ length: to - version + 1 }, (_, i) => hash(version + i))) =>
    ({ stream: 'auction/golden', version, hashes, headVersion: to, alg: 'ES256', key: keyId, signature: signature('auction/golden', to, hashes.at(-1)!) });
  const check = async (what: unknown, of = record) => (await checkReceipt(utf8(JSON.stringify(what, null, 2)), of, [])).finding;
  assert.equal(await check(receipt(12, 12)), 'InTheRecord');
  assert.equal(await check(receipt(12, 14)), 'InTheRecord');
  assert.equal(await check({ ...receipt(12, 14), headVersion: 15 }), 'NotAReceipt');
  assert.equal(await check({ ...receipt(12, 14), more: 1 }), 'NotAReceipt');
  assert.equal(await check('a receipt'), 'NotAReceipt');
  assert.equal(await check({ ...receipt(12, 14), stream: 'auction/other' }), 'OtherAuction');
  assert.equal(await check({ ...receipt(12, 14), key: '0'.repeat(64) }), 'UnknownKey');
  assert.equal(await check({ ...receipt(12, 14), signature: receipt(12, 13).signature }), 'NotSigned');
  // The market signed another line 12, or more lines than the closed record has.
  assert.equal(await check(receipt(12, 12, ['ab'.repeat(32)])), 'OtherHistory');
  assert.equal(await check(receipt(40, 40, ['ab'.repeat(32)])), 'OtherHistory');
  const early = await good(forge(linesOf('auction').slice(0, 12)));
  assert.equal(await check(receipt(14, 14), early), 'LaterThanTheRecord');
  assert.equal(await check(receipt(12, 14), early), 'InTheRecord');

  const sealed = await good(forge(linesOf('sealing')));
  const [terms, made] = [sealed.lines[0]!.json as { openingKey: { publicKey: string } }, sealed.lines[6]!.json as { bidId: string; commitment: string }];
  const envelope = (sealed.lines[12]!.json['items'] as { envelope: string }[])[0]!.envelope;
  const opened = (sealed.lines[13]!.json['items'] as { amountFen: number; nonce: string }[])[0]!;
  const proof = { ...receipt(7, 7, [hash(7, sealed)]), stream: 'auction/golden-sealing', signature: signature('auction/golden-sealing', 7, hash(7, sealed)) };
  const copy = { format: 'zjp-offer-copy.1', auction: 'golden-sealing', paddle: 1, amountFen: opened.amountFen, openingKey: terms.openingKey.publicKey, bidId: made.bidId, commitment: made.commitment, envelope, nonce: opened.nonce, receipt: proof };
  assert.equal(await check(copy, sealed), 'InTheRecord');
  assert.equal(await check({ ...copy, amountFen: copy.amountFen + 1 }, sealed), 'NotThisOffer');
  assert.equal(await check({ ...copy, paddle: 2 }, sealed), 'NotThisOffer');
  assert.equal(await check({ ...copy, envelope: Buffer.from('other').toString('base64') }, sealed), 'NotThisOffer');
  assert.equal(await check({ ...copy, format: 'zjp-offer-copy.2' }, sealed), 'NotAReceipt');
  const lied = await good(forge(linesOf('sealing').map(line => line.replace(`"of":7,"amountFen":${opened.amountFen}`, '"of":7,"amountFen":110000000'))));
  assert.equal(await check({ ...copy, receipt: proof }, lied), 'OpenedOtherwise');
});

test('a file is cut at its line feeds and only the last may be missing', () => {
  assert.deepEqual([utf8(''), utf8('\n'), utf8('a'), utf8('a\n'), utf8('a\n\nb\n'), utf8('a\n\n')].map(bytes => cut(bytes).length), [0, 0, 1, 1, 3, 2]);
});
