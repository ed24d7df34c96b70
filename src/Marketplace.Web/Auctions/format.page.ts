// The lot's form: only the fields of the chosen format, and what its settings mean while one types.
import { pageData, put, sayer } from '../Shared/texts';
import { countdown } from './clock';
import { stepAt, type Step } from './ladder';
import { parseYuan, yuan } from './money';
import { lasts, possible, priceAfter, stepsOf, type PricePath } from './path';

const say = sayer(pageData<Record<string, string>>('format-data'));
const radios = document.querySelectorAll<HTMLInputElement>('[name="Input.Format"]');
const field = (id: string): HTMLInputElement | null => document.querySelector<HTMLInputElement>(`#${id}`);

function fen(id: string): number | null {
  const read = parseYuan(field(id)?.value ?? '');
  return 'fen' in read ? read.fen : null;
}

function show(): void {
  const chosen = [...radios].find(r => r.checked)?.value ?? '';
  for (const block of document.querySelectorAll<HTMLElement>('[data-for]')) block.hidden = !(block.dataset['for'] ?? '').split(' ').includes(chosen);
}

function path(): PricePath | null {
  const floor = fen('floor');
  // Two decimals of a percent are whole basis points, read as money is.
  const fall = fen('fall');
  if (floor === null || fall === null) return null;
  const percent = document.querySelector<HTMLSelectElement>('[name="Input.FallBy"]')?.value === 'Percent';
  return { stepBasisPoints: percent ? fall : null, stepFen: percent ? null : fall, intervalSeconds: Math.floor(Number(field('interval')?.value ?? 0)), floorFen: floor };
}

function ladder(): Step[] | null {
  const steps: Step[] = [];
  for (const line of (document.querySelector<HTMLTextAreaElement>('#steps')?.value ?? '').split(/[\n;\uFF1B]/).map(l => l.trim()).filter(l => l !== '')) {
    const parts = line.split(/[\s:\uFF1A]+/);
    const step = parseYuan(parts.at(-1) ?? '');
    const from = parts.length === 2 && !/^0+(\.0+)?$/.test(parts[0] ?? '') ? parseYuan(parts[0] ?? '') : { fen: 0 };
    if (parts.length > 2 || !('fen' in step) || !('fen' in from) || (steps.length === 0 ? from.fen !== 0 : from.fen <= (steps.at(-1)?.fromFen ?? 0))) return null;
    steps.push({ fromFen: from.fen, stepFen: step.fen });
  }
  return steps.length === 0 ? null : steps;
}

function preview(): void {
  const start = fen('start');
  const way = path();
  put(document.querySelector('[data-preview="path"]'), start !== null && way && possible(way, start)
    ? say('Preview.Path', stepsOf(way, start), yuan(start), countdown(way.intervalSeconds * 1000, say('Days')), yuan(start - priceAfter(way, start, 1)), yuan(way.floorFen), countdown(lasts(way, start), say('Days')))
    : say('Preview.NoPath'));
  const steps = ladder();
  const amounts = start === null ? [] : [start];
  while (steps && amounts.length > 0 && amounts.length < 5) {
    const last = amounts.at(-1) ?? 0;
    amounts.push(last + stepAt({ startPriceFen: last, steps, onStep: 'minimum' }, last));
  }
  put(document.querySelector('[data-preview="ladder"]'), amounts.length === 5 ? say('Preview.Ladder', amounts.map(yuan).join(' \u2192 ')) : say('Preview.NoLadder'));
}

for (const radio of radios) radio.addEventListener('change', show);
document.getElementById('terms')?.addEventListener('input', preview);
show();
preview();
