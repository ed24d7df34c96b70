// What the chart shows of an auction: the bids so far, the stairs of a falling price with those to come, the cycles' beginning.
import { draw, type PricePoint } from './chart';
import { priceAfter, passed, stairs } from './path';
import { isBid, type Line, type Picture } from './picture';
import { falls } from './stages';
import type { Say } from '../Shared/texts';

export function drawCourse(
  svg: SVGSVGElement, p: Picture, lines: readonly Line[], me: number | null, cut: boolean, now: number, label: (fen: number) => string, say: Say,
): void {
  const bids = lines.filter(l => isBid(l) || (l.type === 'offers-opened' && l.priceFen !== null));
  const points: PricePoint[] = bids.map(l => ({ at: Date.parse(l.at), fen: l.priceFen ?? 0, mine: isBid(l) && l.paddle === me }));
  const ends = Date.parse(p.endsAt);
  if (p.path) {
    const { path } = p;
    const began = Date.parse(path.beganAt);
    const whole = (path.steps + 1) * path.intervalSeconds * 1000;
    const taken = points[0]?.at ?? null;
    const at = taken ?? (p.phase === 'announced' ? began : p.phase === 'closed' ? ends : now);
    const gone = p.phase === 'announced' ? 0 : Math.min(path.steps, taken === null ? passed(path, at) : Math.max(0, Math.floor((taken - began) / (path.intervalSeconds * 1000))));
    const fallen = stairs(path, p.startPriceFen, 0, gone).map(c => ({ ...c, mine: false }));
    const ahead = falls(p) && gone < path.steps ? [{ at, fen: priceAfter(path, p.startPriceFen, gone) }, ...stairs(path, p.startPriceFen, gone + 1, path.steps)] : [];
    // After an acceptance the course begins where the price did, and ends where the last stage does.
    const to = falls(p) ? began + whole : p.phase === 'closed' ? Math.max(ends, began + 1000) : Math.max(now, ends);
    draw(svg, { points: [...fallen, ...points], ahead, marks: [], baseFen: path.floorFen, from: began, to, now: Math.min(at, to), live: p.phase !== 'closed', label });
    return;
  }

  if (points.length === 0) return;
  const opens = Date.parse(p.opensAt);
  // When the course is longer than the page carries, the path begins with what it has.
  // While bidding waits for its restart, the opening lies ahead and the course behind.
  const from = cut || p.resumesAt ? points[0]?.at ?? opens : opens;
  const stoodAt = p.phase === 'paused' || p.resumesAt ? Date.parse(lines.findLast(l => l.type === 'paused' || isBid(l))?.at ?? p.opensAt) : now;
  const to = p.phase === 'closed' ? ends : Math.max(from + 60_000, Math.min(stoodAt, ends));
  const marks = p.cycles && Date.parse(p.cycles.freeUntil) > from && Date.parse(p.cycles.freeUntil) < to
    ? [{ at: Date.parse(p.cycles.freeUntil), before: say('FreeMark'), after: say('CycleMark') }]
    : [];
  draw(svg, { points, ahead: [], marks, baseFen: cut ? points[0]?.fen ?? p.startPriceFen : p.startPriceFen, from, to, now: to, live: p.phase !== 'closed', label });
}
