// The live table of the first page: prices from the market every two seconds, countdowns between.
import { countdown } from '../Auctions/clock';
import { yuan } from '../Auctions/money';
import { pageData, put, sayer } from '../Shared/texts';

interface Item { id: string; phase: string; priceFen: number | null; askedFen?: number | null; startPriceFen: number; endsAt: string | null; bidders: number }

const data = pageData<{ now: number; texts: Record<string, string> }>('home-data');
const say = sayer(data.texts);
const offset = data.now - performance.now();
const rows = new Map([...document.querySelectorAll<HTMLTableRowElement>('#live [data-lot]')].map(r => [r.dataset['lot'] ?? '', r]));

function tick(): void {
  const now = offset + performance.now();
  for (const row of rows.values()) {
    const left = Number(row.dataset['ends']) - now;
    const cell = row.querySelector('[data-c="left"]');
    const phase = row.dataset['phase'] ?? '';
    put(cell, phase === 'paused' ? say('paused') : phase === 'closed' ? say('closed') : left <= 0 ? say('closing') : countdown(left, say('Days')));
    cell?.classList.toggle('soon-live', phase === 'open' && left > 0 && left <= 300_000);
  }
}

function take(item: Item): void {
  const row = rows.get(item.id);
  if (!row) return;
  row.dataset['phase'] = item.phase;
  if (item.endsAt) row.dataset['ends'] = String(Date.parse(item.endsAt));
  const price = row.querySelector('[data-c="price"]');
  const text = yuan(item.askedFen ?? item.priceFen ?? item.startPriceFen);
  price?.classList.toggle('falls', typeof item.askedFen === 'number' && item.priceFen === null);
  if (price && price.textContent !== text) {
    put(price, text);
    price.classList.remove('moved');
    requestAnimationFrame(() => { price.classList.add('moved'); });
  }
  put(row.querySelector('[data-c="bidders"]'), String(item.bidders));
  const chip = row.querySelector<HTMLElement>('.chip');
  put(chip, say(item.phase));
  if (chip) chip.dataset['t'] = item.phase === 'paused' ? 'warn' : item.phase === 'closed' ? 'off' : 'live';
}

async function poll(): Promise<void> {
  let wait = 2_000;
  try {
    const answer = await fetch('/api/auctions?state=live', { cache: 'no-store', signal: AbortSignal.timeout(5_000), headers: { accept: 'application/json' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { items } = await answer.json() as { items: Item[] };
    for (const item of items) take(item);
    const live = new Set(items.map(i => i.id));
    // What left the list is over; what came needs its row from the server.
    for (const [id, row] of rows) if (!live.has(id) && row.dataset['phase'] !== 'closed') take({ id, phase: 'closed', startPriceFen: 0, endsAt: null, ...kept(row) });
    if (items.some(i => !rows.has(i.id)) && !document.querySelector('input:focus')) {
      location.reload();
      return;
    }
  } catch {
    wait = 8_000;
  }
  setTimeout(() => { void poll(); }, document.hidden ? 15_000 : wait);
}

/** An ended row keeps what it showed last. */
function kept(row: HTMLTableRowElement): { priceFen: number; bidders: number } {
  const text = (name: string) => (row.querySelector(`[data-c="${name}"]`)?.textContent ?? '').replaceAll(',', '');
  const [whole = '0', cents = ''] = text('price').split('.');
  return { priceFen: Number(whole + cents.padEnd(2, '0')), bidders: Number(text('bidders')) };
}

tick();
setInterval(tick, 250);
setTimeout(() => { void poll(); }, 1_000);
