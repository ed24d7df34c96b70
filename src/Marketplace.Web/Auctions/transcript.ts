// Checks a transcript in the reader's own browser: numbering, the chain of SHA-256 over the raw lines, the platform's
// ECDSA P-256 signature over the head, that the result is what the last bid said, and the proof that the head is in the
// public log. The file is sent nowhere.
import { check, hex, leafOf, unbase64, type Logged } from '../Proofs/log';

export interface Head { stream: string; version: number; hash: string; alg: string; key: string; publicKey: string; signature: string }

/** @property at the moment of the last line; with the head it makes the leaf of the public log.
 *  @property logged where the head stands in the log; null when the file does not carry the proof. */
export type Finding =
  | { ok: true; lines: number; head: Head; at: string; complete: boolean; result: Result | null; published: boolean; logged: Logged | null }
  | { ok: false; reason: 'empty' | 'notJson' | 'numbering' | 'chain' | 'noHead' | 'headHash' | 'algorithm' | 'keyId' | 'signature' | 'result' | 'unknownKey' | 'log'; line: number };

export interface Result { outcome: string; priceFen: number | null; winner: number | null }

interface Header { v: number; type: string; prev: string; at: string }

const GENESIS = '0'.repeat(64);

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => hex(await crypto.subtle.digest('SHA-256', bytes));

/** Cuts at line feeds without decoding: the hash is over exactly these bytes. */
export function cut(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const lines: Uint8Array<ArrayBuffer>[] = [];
  let from = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && bytes[i] !== 10) continue;
    if (i > from) lines.push(bytes.slice(from, i));
    from = i + 1;
  }
  return lines;
}

/** @param keys ids of the keys that the market publishes; null when the reader has only the file. */
export async function verify(bytes: Uint8Array<ArrayBuffer>, keys: readonly string[] | null, progress: (done: number, of: number) => void = () => {}): Promise<Finding> {
  const lines = cut(bytes);
  const no = (reason: Exclude<Finding, { ok: true }>['reason'], line: number) => ({ ok: false as const, reason, line });
  if (lines.length === 0) return no('empty', 0);
  const decode = new TextDecoder('utf-8', { fatal: true });
  let prev = GENESIS;
  let version = 0;
  let at = '';
  let head: Head | null = null;
  let log: { publicKey: string; proof: string } | null = null;
  let closed: { outcome: string; priceFen: number | null; winner: number | null } | null = null;
  let standing: { priceFen: number; leader: number } | null = null;
  for (const [i, line] of lines.entries()) {
    let json: Record<string, unknown>;
    try {
      json = JSON.parse(decode.decode(line)) as Record<string, unknown>;
    } catch {
      return no('notJson', i + 1);
    }
    if (json === null || typeof json !== 'object' || Array.isArray(json)) return no('notJson', i + 1);
    if (head) {
      // After the head only the proof of the log may follow, and nothing after that.
      if (json['type'] !== 'log' || log) return no('numbering', i + 1);
      log = json as unknown as { publicKey: string; proof: string };
      continue;
    }
    if (json['type'] === 'head') {
      head = json as unknown as Head;
      continue;
    }
    const header = json as unknown as Header;
    if (header.v !== ++version) return no('numbering', i + 1);
    if (header.prev !== prev) return no('chain', i + 1);
    prev = await sha256(line);
    at = header.at;
    if (header.type === 'bid-accepted' || header.type === 'proxy-accepted') standing = { priceFen: Number(json['priceFen']), leader: Number(json['leader']) };
    // In a hall a bid leads from its own line on, and a correction restores who led before.
    if (header.type === 'hall-bid') standing = { priceFen: Number(json['amountFen']), leader: Number(json['paddle']) };
    if (header.type === 'bid-corrected') standing = json['leader'] === null ? null : { priceFen: Number(json['priceFen']), leader: Number(json['leader']) };
    // The best of the sealed offers leads after the opening; where none counted the standing stays.
    const best = header.type === 'offers-opened' ? json['best'] as { priceFen?: number; leader?: number } : {};
    if (best.priceFen !== undefined && best.leader !== undefined) standing = { priceFen: best.priceFen, leader: best.leader };
    if (header.type === 'closed') closed = { outcome: String(json['outcome']), priceFen: json['priceFen'] as number | null, winner: json['winner'] as number | null };
    if (i % 500 === 0) progress(i, lines.length);
  }
  if (!head) return no('noHead', lines.length);
  if (head.version !== version || head.hash !== prev) return no('headHash', lines.length);
  if (head.alg !== 'ES256') return no('algorithm', lines.length);
  try {
    const spki = unbase64(head.publicKey);
    const signature = unbase64(head.signature);
    if (!spki || !signature) return no('signature', lines.length);
    if (await sha256(spki) !== head.key) return no('keyId', lines.length);
    const key = await crypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    const signed = new TextEncoder().encode(`market-head.1\n${head.stream}\n${head.version}\n${head.hash}\n`);
    if (!await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, signed)) return no('signature', lines.length);
  } catch {
    return no('signature', lines.length);
  }
  if (keys !== null && !keys.includes(head.key)) return no('unknownKey', lines.length);
  if (closed?.outcome === 'sold' && (closed.priceFen !== standing?.priceFen || closed.winner !== standing.leader)) return no('result', lines.length);
  let logged: Logged | null = null;
  if (log) {
    const spki = unbase64(String(log.publicKey));
    logged = spki ? await check(String(log.proof), leafOf(head.stream, head.version, head.hash, at), spki) : null;
    if (!logged) return no('log', lines.length);
    if (keys !== null && !keys.includes(logged.keyId)) return no('unknownKey', lines.length);
  }
  return { ok: true, lines: version, head, at, complete: closed !== null, result: closed, published: keys !== null, logged };
}

export interface PublishedKey { keyId: string; pem: string }

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
      const spki = unbase64(key.pem.replace(/-----[A-Z ]+-----|\s/g, ''));
      const logged = spki && await check(proof, leafOf(head.stream, head.version, head.hash, at), spki);
      if (logged) return logged;
    }
    return 'other';
  } catch {
    return 'unreachable';
  }
}
