// Beside a field for an amount that will bind: what was typed, in short and in capitals, as it is typed.
import { capitals, million, parseYuan, wan } from './money';
import { put, sayer } from '../Shared/texts';

for (const hint of document.querySelectorAll<HTMLElement>('[data-capitals]')) {
  const input = document.getElementById(hint.dataset['capitals'] ?? '');
  if (!(input instanceof HTMLInputElement)) continue;
  const say = sayer({ capitals: hint.dataset['says'] ?? '', short: hint.dataset['short'] ?? '' });
  const short = hint.dataset['language'] === 'zh' ? wan : million;
  const show = () => {
    const read = parseYuan(input.value);
    put(hint, 'fen' in read ? `${say('short', short(read.fen))} · ${say('capitals', capitals(read.fen))}` : '');
  };
  input.addEventListener('input', show);
  show();
}
