// Checks a transcript in the reader's own browser: every byte of the head and of the log's proof, numbering and the chain
// of SHA-256 over the raw lines, the platform's ECDSA P-256 signature over the head, what stands after the lines, and that
// the head is in the public log. The file is sent nowhere. Whether each bid was rightly accepted, the program replays.
import { check, hex, leafOf, unbase64, type Bytes, type Logged } from '../Proofs/log';
import { Course, type Fields, type Result, type Wrong } from './standing';

export interface Head { stream: string; version: number; hash: string; alg: string; key: string; publicKey: string; signature: string }

/** A line that was read: its hash and what it says. */
export interface Line { hash: string; json: Fields }

/** @property at the moment of the last line; with the head it makes the leaf of the public log.
 *  @property rehearsalOf the auction that this one rehearses; null for one that counts.
 *  @property result what stands now; null while the auction goes on.
 *  @property logged where the head stands in the log; null when the file does not carry the proof. */
export interface Good { ok: true; lines: readonly Line[]; head: Head; at: string; rehearsalOf: string | null; result: Result | null; published: boolean; logged: Logged | null; logKey: Bytes | null }

export type Reason = 'empty' | 'notJson' | 'canonical' | 'numbering' | 'chain' | 'time' | 'terms' | 'noHead' | 'headHash' | 'otherAuction' | 'algorithm' | 'keyId' | 'signature' | 'unknownKey' | 'log' | Wrong;

export type Finding = Good | { ok: false; reason: Reason; line: number };

const GENESIS = '0'.repeat(64);
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

export const sha256 = async (bytes: Bytes): Promise<string> => hex(await crypto.subtle.digest('SHA-256', bytes));

/** Cuts at line feeds without decoding: the hash is over exactly these bytes. The last line may lack its line feed. */
export function cut(bytes: Bytes): Bytes[] {
  const lines: Bytes[] = [];
  const end = bytes.at(-1) === 10 ? bytes.length - 1 : bytes.length;
  for (let from = 0; from <= end && end > 0;) {
    const found = bytes.indexOf(10, from);
    const to = found === -1 || found > end ? end : found;
    lines.push(bytes.slice(from, to));
    from = to + 1;
  }
  return lines;
}

/** The text of a line with everything that may be written in two ways written as JSON.stringify does. */
const unescaped = (text: string): string => text.replace(/\\[^u]|(?:\\u[0-9A-F]{4})+/g, found =>
  found[1] === 'u' ? JSON.stringify(String.fromCharCode(...found.slice(2).split('\\u').map(code => Number.parseInt(code, 16)))).slice(1, -1) : found);

/** Null for what is no object, or not written in the one way that the market writes it. */
export function read(bytes: Bytes): Fields | 'notJson' | 'canonical' {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const json = JSON.parse(text) as unknown;
    if (json === null || typeof json !== 'object' || Array.isArray(json)) return 'notJson';
    return JSON.stringify(json) === unescaped(text) ? json as Fields : 'canonical';
  } catch {
    return 'notJson';
  }
}

const HEAD = ['type', 'stream', 'version', 'hash', 'alg', 'key', 'publicKey', 'signature'];
const LOG = ['type', 'alg', 'publicKey', 'proof'];
const hasOnly = (json: Fields, names: readonly string[]): boolean => Object.keys(json).join() === names.join();

/** @param keys ids of the keys that the market publishes; null when the reader has only the file. */
export async function verify(bytes: Bytes, keys: readonly string[] | null, progress: (done: number, of: number) => void = () => {}): Promise<Finding> {
  const raw = cut(bytes);
  const no = (reason: Reason, line: number) => ({ ok: false as const, reason, line });
  if (raw.length === 0) return no('empty', 0);
  const lines: Line[] = [];
  const course = new Course();
  const said = new Set<string>();
  let [prev, at] = [GENESIS, ''];
  let head: Head | null = null;
  let log: { publicKey: string; proof: string } | null = null;
  for (const [i, line] of raw.entries()) {
    const json = read(line);
    if (json === 'notJson' || json === 'canonical') return no(json, i + 1);
    if (head) {
      // After the head only the proof of the log may follow, and nothing after that.
      if (json['type'] !== 'log' || log) return no('numbering', i + 1);
      if (!hasOnly(json, LOG) || json['alg'] !== 'ES256') return no('canonical', i + 1);
      log = json as unknown as { publicKey: string; proof: string };
      continue;
    }
    if (json['type'] === 'head') {
      if (!hasOnly(json, HEAD)) return no('canonical', i + 1);
      head = json as unknown as Head;
      continue;
    }
    const type = String(json['type']);
    if (json['v'] !== lines.length + 1) return no('numbering', i + 1);
    if (json['prev'] !== prev) return no('chain', i + 1);
    const moment = String(json['at']);
    if (Object.keys(json).slice(0, 4).join() !== 'v,type,prev,at' || !MOMENT.test(moment)) return no('canonical', i + 1);
    if (moment < at) return no('time', i + 1);
    if ((i === 0) !== (type === 'terms-fixed')) return no('terms', i + 1);
    const wrong = course.take(type, json) ?? (bidTwice(said, type, json) ? 'twice' : null);
    if (wrong) return no(wrong, i + 1);
    [prev, at] = [await sha256(line), moment];
    lines.push({ hash: prev, json });
    if (i % 500 === 0) progress(i, raw.length);
  }
  if (!head) return no('noHead', raw.length);
  const number = log ? raw.length - 1 : raw.length;
  if (head.version !== lines.length || head.hash !== prev) return no('headHash', number);
  if (head.stream !== `auction/${String(lines[0]?.json['auction'])}`) return no('otherAuction', number);
  if (head.alg !== 'ES256') return no('algorithm', number);
  const spki = unbase64(head.publicKey);
  if (!spki || await sha256(spki) !== head.key) return no('keyId', number);
  if (!await isSigned(head.stream, head.version, head.hash, head.signature, spki)) return no('signature', number);
  if (keys !== null && !keys.includes(head.key)) return no('unknownKey', number);
  if (course.isOpenEnded) return no('omitted', number);
  let logged: Logged | null = null;
  const logKey = log && unbase64(log.publicKey);
  if (log) {
    logged = logKey ? await check(log.proof, leafOf(head.stream, head.version, head.hash, at), logKey) : null;
    if (!logged) return no('log', raw.length);
    if (keys !== null && !keys.includes(logged.keyId)) return no('unknownKey', raw.length);
  }
  const practice = lines[0]?.json['rehearsalOf'];
  return { ok: true, lines, head, at, rehearsalOf: typeof practice === 'string' ? practice : null, result: course.result, published: keys !== null, logged, logKey };
}

/** Whether a head was signed with this key, as StreamHead does. */
export async function isSigned(stream: string, version: number, hash: string, signature: string, spki: Bytes): Promise<boolean> {
  const raw = unbase64(signature);
  if (!raw) return false;
  try {
    const key = await crypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    return await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, new TextEncoder().encode(`market-head.1\n${stream}\n${version}\n${hash}\n`));
  } catch {
    return false;
  }
}

const ONCE = new Set(['opened', 'closed', 'cancelled', 'secrets-opened', 'deal-recorded', 'offers-opened', 'envelopes-published', 'matching-opened', 'hammer-fell', 'lot-passed', 'lot-called']);

/** The same bid, or what can happen once only, is not written again. */
function bidTwice(said: Set<string>, type: string, json: Fields): boolean {
  const key = typeof json['bidId'] === 'string' ? `bid/${String(json['paddle'])}/${json['bidId']}` : ONCE.has(type) ? type : null;
  if (key === null) return false;
  if (said.has(key)) return true;
  said.add(key);
  return false;
}

export interface PublishedKey { keyId: string; pem: string }

export const spkiOf = (key: PublishedKey): Bytes | null => unbase64(key.pem.replace(/-----[A-Z ]+-----|\s/g, ''));

/** The keys under `/.well-known/market-keys.json`; null when they cannot be had. */
export async function publishedKeys(): Promise<PublishedKey[] | null> {
  try {
    const answer = await fetch('/.well-known/market-keys.json', { cache: 'no-store' });
    return (await answer.json() as { keys: PublishedKey[] }).keys;
  } catch {
    return null;
  }
}

/** Asks the public log of this moment: is exactly this head in it? `other` means that the log holds something else. */
export async function askLog(head: Head, at: string, keys: readonly PublishedKey[]): Promise<Logged | 'other' | 'notYet' | 'unreachable'> {
  try {
    const answer = await fetch(`/log/proof?stream=${encodeURIComponent(head.stream)}&version=${head.version}`, { cache: 'no-store' });
    if (answer.status === 404) return 'notYet';
    if (!answer.ok) return 'unreachable';
    const proof = await answer.text();
    for (const key of keys) {
      const spki = spkiOf(key);
      const logged = spki && await check(proof, leafOf(head.stream, head.version, head.hash, at), spki);
      if (logged) return logged;
    }
    return 'other';
  } catch {
    return 'unreachable';
  }
}
