// Checks proofs of the public log in the reader's own browser: RFC 6962 hashing, RFC 9162 inclusion, C2SP tlog-proof with
// its checkpoint, signed by ECDSA P-256 as a note of type 0x02.

/** Where a leaf stands, under a checkpoint whose signature was checked. */
export interface Logged { origin: string; index: number; size: number; root: string; keyId: string }

export type Bytes = Uint8Array<ArrayBuffer>;

const utf8 = new TextEncoder();

export const hex = (bytes: ArrayBuffer): string => [...new Uint8Array(bytes)].map(b => b.toString(16).padStart(2, '0')).join('');

/** Null for anything but the one way to write these bytes. */
export function unbase64(text: string): Bytes | null {
  try {
    const binary = atob(text);
    return btoa(binary) === text ? Uint8Array.from(binary, c => c.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

export const leafOf = (stream: string, version: number, hash: string, at: string): Bytes => utf8.encode(`market-leaf.1\n${stream}\n${version}\n${hash}\n${at}\n`);

async function sha256(...parts: Bytes[]): Promise<Bytes> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

const node = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(Uint8Array.of(1), left, right);

/** The root that a leaf and its path give in a tree of this size; null when the path cannot be one. */
export async function rootOf(index: number, size: number, leaf: Bytes, path: readonly Bytes[]): Promise<Bytes | null> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  const half = (n: number) => Math.floor(n / 2);
  let [at, last, hash] = [index, size - 1, await sha256(Uint8Array.of(0), leaf)];
  for (const sibling of path) {
    if (last === 0 || sibling.length !== 32) return null;
    if (at % 2 === 1 || at === last) {
      hash = await node(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = await node(hash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? hash : null;
}

/** r and s of a signature in DER, each in 32 bytes, as WebCrypto wants it. */
export function rawSignature(der: Bytes): Bytes | null {
  const raw = new Uint8Array(64);
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    let number = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== 2 || length === 0 || number.length !== length) return null;
    if (number[0] === 0 && number.length > 1) number = number.subarray(1);
    if (number.length > 32) return null;
    raw.set(number, end - number.length);
    at += 2 + length;
  }
  return at === der.length ? raw : null;
}

/** @param proof the text of a tlog-proof. @param spki the key that should have signed its checkpoint. */
export async function check(proof: string, leaf: Bytes, spki: Bytes): Promise<Logged | null> {
  const end = proof.indexOf('\n\n');
  const [format, index, ...path] = proof.slice(0, Math.max(0, end)).split('\n');
  const hashes = path.map(unbase64);
  if (end < 0 || format !== 'c2sp.org/tlog-proof@v1' || !/^index (0|[1-9][0-9]*)$/.test(index ?? '') || hashes.includes(null)) return null;
  const place = Number(index?.slice(6));
  const checkpoint = await open(proof.slice(end + 2), spki);
  if (!checkpoint) return null;
  const root = await rootOf(place, checkpoint.size, leaf, hashes as Bytes[]);
  return root && hex(root.buffer) === checkpoint.root ? { ...checkpoint, index: place } : null;
}

async function open(note: string, spki: Bytes): Promise<Omit<Logged, 'index'> | null> {
  const read = /^((.+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/=]{44})\n)\n\u2014 (\S+) ([A-Za-z0-9+/=]+)\n$/.exec(note);
  if (!read) return null;
  const [, text = '', origin = '', size, root64 = '', name, signed = ''] = read;
  const [root, line, keyId] = [unbase64(root64), unbase64(signed), hex((await sha256(spki)).buffer)];
  if (!root || root.length !== 32 || !line || name !== origin || hex(line.slice(0, 4).buffer) !== keyId.slice(0, 8)) return null;
  const signature = rawSignature(line.slice(4));
  if (!signature) return null;
  try {
    const key = await crypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    if (!await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, utf8.encode(text))) return null;
  } catch {
    return null;
  }
  return { origin, size: Number(size), root: hex(root.buffer), keyId };
}
