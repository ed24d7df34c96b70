// Sealed offers and the opening key, made and opened in the reader's browser with WebCrypto. Byte for byte what
// Marketplace.Domain/Auctions/Sealing does; the layout is in the README there. No private key or share leaves this file
// unencrypted except a share that its holder brings to the opening.

export type Bytes = Uint8Array<ArrayBuffer>;

const VERSION = 1;
const POINT = 65;
const TAG = 16;
const utf8 = new TextEncoder();

export const hex = (bytes: Bytes): string => Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');
export const base64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes));
export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));
export const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

export function unhex(text: string): Bytes {
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

export function unbase64(text: string): Bytes {
  const raw = atob(text);
  return Uint8Array.from(raw, c => c.charCodeAt(0));
}

export function join(...parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The product in GF(256) with the AES polynomial. */
export function multiply(a: number, b: number): number {
  let product = 0;
  let factor = a;
  for (let bit = 0; bit < 8; bit++) {
    product ^= -((b >> bit) & 1) & factor;
    factor = (factor << 1) ^ (-(factor >> 7) & 0x11b);
  }
  return product;
}

function inverse(a: number): number {
  let result = 1;
  let power = a;
  for (let bit = 1; bit < 8; bit++) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

/** Shares of a secret: the index from 1, then one byte for each of the secret's. */
export function split(secret: Bytes, needed: number, shares: number, coefficients: Bytes): Bytes[] {
  return Array.from({ length: shares }, (_, s) => {
    const share = new Uint8Array(1 + secret.length);
    share[0] = s + 1;
    secret.forEach((byte, b) => {
      let value = 0;
      for (let c = needed - 2; c >= 0; c--) value = multiply(value, s + 1) ^ (coefficients[b * (needed - 1) + c] ?? 0);
      share[1 + b] = multiply(value, s + 1) ^ byte;
    });
    return share;
  });
}

export function combine(shares: Bytes[]): Bytes {
  const secret = new Uint8Array((shares[0]?.length ?? 1) - 1);
  for (const share of shares) {
    const own = share[0] ?? 0;
    let weight = 1;
    for (const other of shares) {
      const x = other[0] ?? 0;
      if (x !== own) weight = multiply(weight, multiply(x, inverse(x ^ own)));
    }
    secret.forEach((_, b) => { secret[b] = (secret[b] ?? 0) ^ multiply(weight, share[1 + b] ?? 0); });
  }
  return secret;
}

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;
const url = (bytes: Bytes): string => base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

export interface KeyPair { private: CryptoKey; public: Bytes }

async function newPair(): Promise<KeyPair & { scalar: Bytes }> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  const jwk = await crypto.subtle.exportKey('jwk', pair.privateKey);
  const scalar = unbase64((jwk.d ?? '').replaceAll('-', '+').replaceAll('_', '/'));
  return { private: pair.privateKey, public: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)), scalar };
}

/** The pair of a private scalar whose public point is known. */
export async function pairOf(scalar: Bytes, point: Bytes): Promise<KeyPair> {
  const jwk = { kty: 'EC', crv: 'P-256', d: url(scalar), x: url(point.slice(1, 33)), y: url(point.slice(33)) };
  return { private: await crypto.subtle.importKey('jwk', jwk, CURVE, false, ['deriveBits']), public: point };
}

async function aes(mine: CryptoKey, other: Bytes, ephemeral: Bytes, recipient: Bytes, purpose: string): Promise<{ key: CryptoKey; iv: Bytes }> {
  const theirs = await crypto.subtle.importKey('raw', other, CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, mine, 256);
  const ikm = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits']);
  const bits = new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: join(ephemeral, recipient), info: utf8.encode(purpose) }, ikm, 44 * 8));
  return { key: await crypto.subtle.importKey('raw', bits.slice(0, 32), 'AES-GCM', false, ['encrypt', 'decrypt']), iv: bits.slice(32) };
}

/** @param once a fresh pair; given only by tests that compare bytes */
export async function sealBox(recipient: Bytes, purpose: string, binding: string, content: Bytes, once?: KeyPair): Promise<Bytes> {
  const ephemeral = once ?? await newPair();
  const { key, iv } = await aes(ephemeral.private, recipient, ephemeral.public, recipient, purpose);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8.encode(binding), tagLength: 8 * TAG }, key, content);
  return join(Uint8Array.of(VERSION), ephemeral.public, new Uint8Array(sealed));
}

/** The content; throws when the box is not for this key, purpose and binding. */
export async function openBox(box: Bytes, mine: KeyPair, purpose: string, binding: string): Promise<Bytes> {
  if (box[0] !== VERSION || box.length < 1 + POINT + TAG) throw new Error('No box of a known version.');
  const ephemeral = box.slice(1, 1 + POINT);
  const { key, iv } = await aes(mine.private, ephemeral, ephemeral, mine.public, purpose);
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: utf8.encode(binding), tagLength: 8 * TAG }, key, box.slice(1 + POINT)));
}

export interface SealedOffer { bidId: string; commitment: string; envelope: string; nonce: string }

/** Seals an amount for a lot's opening key; nonce and pair are fresh, given only by tests that compare bytes. */
export async function sealOffer(publicKey: string, auction: string, paddle: number, bidId: string, fen: number, nonce = random(32), once?: KeyPair): Promise<SealedOffer> {
  const amount = new Uint8Array(8);
  new DataView(amount.buffer).setBigUint64(0, BigInt(fen));
  const name = `zjp-envelope.1\n${auction}\n`;
  const envelope = await sealBox(unhex(publicKey), name, `${name}${paddle}\n${bidId}\n`, join(nonce, amount), once);
  const commitment = hex(await sha256(join(nonce, utf8.encode(String(fen)))));
  return { bidId, commitment, envelope: base64(envelope), nonce: hex(nonce) };
}

export interface Holder { holder: string; publicKey: string }

export interface MadeKey { publicKey: string; needed: number; shares: { holder: string; holderKey: string; commitment: string; box: string }[] }

const shareName = (auction: string): string => `zjp-share.1\n${auction}\n`;
export const shareCommitment = async (auction: string, share: Bytes): Promise<string> => hex(await sha256(join(utf8.encode(shareName(auction)), share)));

/** Makes the opening key of a lot and cuts it; what is returned may be seen by anybody. */
export async function makeOpeningKey(auction: string, needed: number, holders: Holder[]): Promise<MadeKey> {
  const pair = await newPair();
  const shares = split(pair.scalar, needed, holders.length, random(pair.scalar.length * (needed - 1)));
  // Before anybody relies on it: the last shares, too, give the key back.
  if (hex(combine(shares.slice(-needed))) !== hex(pair.scalar)) throw new Error('The shares do not give the key.');
  pair.scalar.fill(0);
  const name = shareName(auction);
  const made = await Promise.all(holders.map(async ({ holder, publicKey }, i) => {
    const share = shares[i] ?? new Uint8Array();
    const holderKey = hex(await sha256(unhex(publicKey)));
    const box = await sealBox(unhex(publicKey), name, `${name}${i + 1}\n${holderKey}\n`, share);
    const commitment = await shareCommitment(auction, share);
    share.fill(0);
    return { holder, holderKey, commitment, box: base64(box) };
  }));
  return { publicKey: hex(pair.public), needed, shares: made };
}

/** A holder's share out of its box. */
export async function openShare(box: string, mine: KeyPair, auction: string, index: number): Promise<Bytes> {
  const name = shareName(auction);
  return await openBox(unbase64(box), mine, name, `${name}${index}\n${hex(await sha256(mine.public))}\n`);
}

/** OWASP's floor for PBKDF2 with SHA-256. */
export const ROUNDS = 600_000;

const FILE = 'zjp-holder-key.1';

export interface KeyFile { format: string; publicKey: string; fingerprint: string; kdf: string; iterations: number; salt: string; iv: string; key: string }

async function passKey(passphrase: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey('raw', utf8.encode(passphrase.normalize('NFKC')), 'PBKDF2', false, ['deriveKey']);
  return await crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, typed, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** A holder's key pair: the public half, and the private one in a file that only the passphrase opens. */
export async function makeHolderKey(passphrase: string): Promise<KeyFile> {
  const pair = await newPair();
  const [salt, iv, publicKey] = [random(16), random(12), hex(pair.public)];
  const key = await passKey(passphrase, salt, ROUNDS);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8.encode(`${FILE}\n${publicKey}\n`) }, key, pair.scalar);
  pair.scalar.fill(0);
  return {
    format: FILE, publicKey, fingerprint: hex(await sha256(pair.public)), kdf: 'PBKDF2-SHA256', iterations: ROUNDS,
    salt: base64(salt), iv: base64(iv), key: base64(new Uint8Array(sealed)),
  };
}

export type KeyFault = 'NotAKeyFile' | 'WrongPassphrase';

/** Opens a holder's file; says which of the two was wrong. */
export async function openHolderKey(text: string, passphrase: string): Promise<KeyPair | KeyFault> {
  let file: KeyFile;
  try {
    file = JSON.parse(text) as KeyFile;
    if (file.format !== FILE || !/^04[0-9a-f]{128}$/.test(file.publicKey) || !(file.iterations >= 1 && file.iterations <= 100_000_000)) return 'NotAKeyFile';
    if ([file.salt, file.iv, file.key].some(part => typeof part !== 'string')) return 'NotAKeyFile';
  } catch {
    return 'NotAKeyFile';
  }
  try {
    const key = await passKey(passphrase, unbase64(file.salt), file.iterations);
    const scalar = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: unbase64(file.iv), additionalData: utf8.encode(`${FILE}\n${file.publicKey}\n`) }, key, unbase64(file.key)));
    const pair = await pairOf(scalar, unhex(file.publicKey));
    scalar.fill(0);
    return pair;
  } catch {
    return 'WrongPassphrase';
  }
}
