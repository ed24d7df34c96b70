// Checks a transcript in the reader's own browser: numbering, the chain of SHA-256 over the raw lines, the platform's
// ECDSA P-256 signature over the head, and that the result is what the last bid said. Nothing is sent anywhere.

export interface Head { stream: string; version: number; hash: string; alg: string; key: string; publicKey: string; signature: string }

export type Finding =
  | { ok: true; lines: number; head: Head; complete: boolean; result: Result | null; published: boolean }
  | { ok: false; reason: 'empty' | 'notJson' | 'numbering' | 'chain' | 'noHead' | 'headHash' | 'algorithm' | 'keyId' | 'signature' | 'result' | 'unknownKey'; line: number };

export interface Result { outcome: string; priceFen: number | null; winner: number | null }

interface Header { v: number; type: string; prev: string }

const GENESIS = '0'.repeat(64);

const hex = (bytes: ArrayBuffer): string => [...new Uint8Array(bytes)].map(b => b.toString(16).padStart(2, '0')).join('');

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => hex(await crypto.subtle.digest('SHA-256', bytes));

function unbase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), c => c.charCodeAt(0));
}

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
  let head: Head | null = null;
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
    if (json['type'] === 'head') {
      if (i !== lines.length - 1) return no('numbering', i + 1);
      head = json as unknown as Head;
      break;
    }
    const header = json as unknown as Header;
    if (header.v !== ++version) return no('numbering', i + 1);
    if (header.prev !== prev) return no('chain', i + 1);
    prev = await sha256(line);
    if (header.type === 'bid-accepted' || header.type === 'proxy-accepted') standing = { priceFen: Number(json['priceFen']), leader: Number(json['leader']) };
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
    if (await sha256(spki) !== head.key) return no('keyId', lines.length);
    const key = await crypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    const signed = new TextEncoder().encode(`market-head.1\n${head.stream}\n${head.version}\n${head.hash}\n`);
    if (!await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, unbase64(head.signature), signed)) return no('signature', lines.length);
  } catch {
    return no('signature', lines.length);
  }
  if (keys !== null && !keys.includes(head.key)) return no('unknownKey', lines.length);
  if (closed?.outcome === 'sold' && (closed.priceFen !== standing?.priceFen || closed.winner !== standing.leader)) return no('result', lines.length);
  return { ok: true, lines: version, head, complete: closed !== null, result: closed, published: keys !== null };
}

/** The key ids under `/.well-known/market-keys.json`; null when they cannot be had. */
export async function publishedKeys(): Promise<string[] | null> {
  try {
    const answer = await fetch('/.well-known/market-keys.json', { cache: 'no-store' });
    const { keys } = await answer.json() as { keys: { keyId: string }[] };
    return keys.map(k => k.keyId);
  } catch {
    return null;
  }
}
