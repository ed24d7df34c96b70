// What is held beside a transcript that was found good: the refused bids that its end names, and what a bidder kept, the
// receipt of a bid or the copy of a sealed offer. The same findings as RefusedLine and ReceiptCheck of the program.
import { unbase64, type Bytes } from '../Proofs/log';
import { unhex } from './Sealing/sealing';
import type { Fields } from './standing';
import { cut, isSigned, read, sha256, type Good } from './transcript';

export type RefusedFinding = 'sound' | 'running' | 'line' | 'count' | 'digest';

const REFUSED = ['ordinal', 'paddle', 'version', 'at', 'amountFen', 'reason'];

/** Whether the file holds exactly the refused bids that the end names. */
export async function checkRefused(bytes: Bytes, record: Good): Promise<{ finding: RefusedFinding; line: number }> {
  if (!record.result) return { finding: 'running', line: 0 };
  const end = record.lines.findIndex(line => line.json['type'] === 'closed' || line.json['type'] === 'cancelled') + 1;
  const lines = cut(bytes);
  for (const [i, line] of lines.entries()) {
    const json = read(line);
    const isRefused = typeof json === 'object' && Object.keys(json).join() === REFUSED.join() && json['ordinal'] === i + 1 && Number(json['version']) < end;
    if (!isRefused) return { finding: 'line', line: i + 1 };
  }
  if (lines.length !== record.result.refused.count) return { finding: 'count', line: lines.length };
  const whole = lines.length === 0 || bytes.at(-1) === 10 ? bytes : Uint8Array.of(...bytes, 10);
  return { finding: await sha256(whole) === record.result.refused.digest ? 'sound' : 'digest', line: lines.length };
}

export type ReceiptFinding = 'InTheRecord' | 'NotAReceipt' | 'OtherAuction' | 'NotSigned' | 'OtherHistory' | 'NotThisOffer' | 'OpenedOtherwise' | 'UnknownKey' | 'LaterThanTheRecord';

interface Receipt { stream: string; version: number; hashes: string[]; headVersion: number; alg: string; key: string; signature: string }
interface Copy { format: string; auction: string; paddle: number; amountFen: number; openingKey: string; bidId: string; commitment: string; envelope: string; nonce: string; receipt: Receipt }

const RECEIPT = ['stream', 'version', 'hashes', 'headVersion', 'alg', 'key', 'signature'];
const COPY = ['format', 'auction', 'paddle', 'amountFen', 'openingKey', 'bidId', 'commitment', 'envelope', 'nonce', 'receipt'];

/** @param keys SubjectPublicKeyInfo of the keys that the market publishes, beside the one that signed the transcript. */
export async function checkReceipt(bytes: Bytes, record: Good, keys: readonly Bytes[]): Promise<{ finding: ReceiptFinding; line: number }> {
  const no = (finding: ReceiptFinding, line = 0) => ({ finding, line });
  const { receipt, copy } = parse(bytes);
  if (!receipt) return no('NotAReceipt');
  if (receipt.stream !== record.head.stream) return no('OtherAuction');
  let signer: Bytes | null = null;
  for (const key of [unbase64(record.head.publicKey), ...keys]) if (key && await sha256(key) === receipt.key) signer = key;
  if (!signer) return no('UnknownKey');
  if (!await isSigned(receipt.stream, receipt.headVersion, receipt.hashes.at(-1) ?? '', receipt.signature, signer)) return no('NotSigned');
  if (receipt.version > record.lines.length) return no(record.result ? 'OtherHistory' : 'LaterThanTheRecord');
  // The head of a receipt may be younger than the transcript; as far as both go they are the same.
  const isHere = receipt.hashes.every((hash, i) => (record.lines[receipt.version - 1 + i]?.hash ?? hash) === hash);
  if (!isHere) return no('OtherHistory');
  return no(copy ? await offer(copy, receipt.version, record) : 'InTheRecord', receipt.version);
}

function parse(bytes: Bytes): { receipt: Receipt | null; copy: Copy | null } {
  try {
    const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Fields;
    const copy = 'format' in json ? json as unknown as Copy : null;
    if (copy && (!only(json, COPY) || copy.format !== 'zjp-offer-copy.1')) return { receipt: null, copy: null };
    const receipt = (copy ? copy.receipt : json) as Receipt;
    const isShaped = only(receipt as unknown as Fields, RECEIPT) && Array.isArray(receipt.hashes) && receipt.hashes.length > 0 && receipt.alg === 'ES256'
      && Number.isSafeInteger(receipt.version) && receipt.version >= 1 && receipt.headVersion === receipt.version + receipt.hashes.length - 1;
    return isShaped ? { receipt, copy } : { receipt: null, copy: null };
  } catch {
    return { receipt: null, copy: null };
  }
}

const only = (json: Fields, names: readonly string[]): boolean => Object.keys(json).sort().join() === [...names].sort().join();

async function offer(copy: Copy, version: number, record: Good): Promise<ReceiptFinding> {
  const made = record.lines[version - 1]?.json ?? {};
  const terms = record.lines[0]?.json ?? {};
  const envelope = unbase64(copy.envelope);
  const key = terms['openingKey'] as { publicKey?: string } | null | undefined;
  const isSame = made['type'] === 'offer-sealed' && copy.auction === terms['auction'] && copy.openingKey === key?.publicKey
    && copy.paddle === made['paddle'] && copy.bidId === made['bidId'] && copy.commitment === made['commitment']
    && /^[0-9a-f]{64}$/.test(copy.nonce) && Number.isSafeInteger(copy.amountFen)
    && await sha256(Uint8Array.of(...unhex(copy.nonce), ...new TextEncoder().encode(String(copy.amountFen)))) === copy.commitment
    && envelope !== null && await sha256(envelope) === made['envelope'];
  if (!isSame) return 'NotThisOffer';
  const items = record.lines.filter(line => line.json['type'] === 'offers-opened').flatMap(line => line.json['items'] as Fields[]);
  const opened = items.find(item => item['of'] === version);
  return !opened || (opened['amountFen'] === copy.amountFen && opened['nonce'] === copy.nonce) ? 'InTheRecord' : 'OpenedOtherwise';
}
