// Money on the page: whole fen in a Number (at most 10^14, exact), read from and written to decimal strings by hand.
// No floating point touches an amount.

/** 10^14 fen, one trillion yuan: the most the market carries. */
export const MOST_FEN = 100_000_000_000_000;

export type AmountFault = 'empty' | 'shape' | 'fraction' | 'range';

export type ParsedAmount = { fen: number } | { fault: AmountFault };

/** Digits by which a unit moves the decimal point: 元, 万, 万元, 亿, 亿元, and the English ones. */
const UNITS: Record<string, number> = { '': 0, '\u5143': 0, '\u4E07': 4, '\u4E07\u5143': 4, '\u4EBF': 8, '\u4EBF\u5143': 8, 'm': 6, 'million': 6 };

/** Reads yuan as people type them: `2,980,000`, `298万`, `¥ 2980000.50`, full-width digits, `2.98 million`. */
export function parseYuan(text: string): ParsedAmount {
  const plain = text.normalize('NFKC').replace(/[\s ]/g, '').replace(/^(¥|\uFFE5|rmb|cny)/i, '').toLowerCase();
  if (plain === '') return { fault: 'empty' };
  const match = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?(\u5143|\u4E07\u5143|\u4E07|\u4EBF\u5143|\u4EBF|million|m)?$/.exec(plain);
  if (!match) return { fault: 'shape' };
  const shift = 2 + (UNITS[match[3] ?? ''] ?? 0);
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > shift) return { fault: 'fraction' };
  const digits = ((match[1] ?? '').replaceAll(',', '') + fraction.padEnd(shift, '0')).replace(/^0+/, '');
  if (digits === '' || digits.length > 15 || Number(digits) > MOST_FEN) return { fault: 'range' };
  return { fen: Number(digits) };
}

/** Exact yuan with grouping, two decimals only when there are fen. */
export function yuan(fen: number): string {
  const digits = String(fen).padStart(3, '0');
  const cents = digits.slice(-2);
  return group(digits.slice(0, -2)) + (cents === '00' ? '' : '.' + cents);
}

/** Moves the decimal point to the left and drops what is not needed: 4 + 2 digits for 万元, 6 + 2 for millions. */
function shifted(fen: number, places: number): string {
  const digits = String(fen).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return group(digits.slice(0, -places)) + (fraction === '' ? '' : '.' + fraction);
}

export const wan = (fen: number): string => shifted(fen, 6);
export const million = (fen: number): string => shifted(fen, 8);

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

const DIGITS = '\u96F6\u58F9\u8D30\u53C1\u8086\u4F0D\u9646\u67D2\u634C\u7396';
const PLACES = ['', '\u62FE', '\u4F70', '\u4EDF'];
const SECTIONS = ['', '\u4E07', '\u4EBF', '\u4E07\u4EBF'];

/** 大写: the capital form for confirmations, 《票据法》 style, ending in 整 when there are no fen. */
export function capitals(fen: number): string {
  const digits = String(fen).padStart(3, '0');
  const whole = integer(digits.slice(0, -2).replace(/^0+(?=\d)/, ''));
  const jiao = Number(digits.at(-2));
  const cent = Number(digits.at(-1));
  let text = whole === '' ? '' : whole + '\u5143';
  if (jiao === 0 && cent === 0) return (text === '' ? '\u96F6\u5143' : text) + '\u6574';
  if (jiao !== 0) text += DIGITS.charAt(jiao) + '\u89D2';
  else if (text !== '') text += '\u96F6';
  if (cent !== 0) text += DIGITS.charAt(cent) + '\u5206';
  return text;
}

function integer(digits: string): string {
  if (digits === '0') return '';
  let text = '';
  let zero = false;
  const padded = digits.padStart(Math.ceil(digits.length / 4) * 4, '0');
  const sections = padded.length / 4;
  for (let s = 0; s < sections; s++) {
    const four = padded.slice(s * 4, s * 4 + 4);
    let said = false;
    for (let i = 0; i < 4; i++) {
      const digit = Number(four.charAt(i));
      if (digit === 0) { zero = true; continue; }
      if (zero && text !== '') text += '\u96F6';
      zero = false;
      text += DIGITS.charAt(digit) + (PLACES[3 - i] ?? '');
      said = true;
    }
    const rank = sections - 1 - s;
    // 万亿 above 亿 is said once: 壹万贰仟亿.
    if (said) text += rank === 3 && Number(padded.slice(s * 4 + 4, s * 4 + 8)) !== 0 ? '\u4E07' : (SECTIONS[rank] ?? '');
  }
  return text;
}
