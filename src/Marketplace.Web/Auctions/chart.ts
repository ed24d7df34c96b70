// The price path: a step chart as plain SVG, quick to draw and printable. Geometry is pure; drawing is at the end.
import { hourMinute, monthDay, timeOfDay } from './clock';

export interface PricePoint { at: number; fen: number; mine: boolean }

export interface ChartBox { width: number; height: number; left: number; right: number; top: number; bottom: number }

export interface ChartPlan {
  path: string;
  /** What is to come, drawn apart. */
  ahead: string;
  /** Where moments lie on the page. */
  at: (moments: number[]) => number[];
  dots: { x: number; y: number }[];
  tip: { x: number; y: number } | null;
  yTicks: { y: number; fen: number }[];
  xTicks: { x: number; at: number }[];
}

/** Steps of 1, 2, 4 or 5 times a power of ten that cut the span into at most so many parts. */
export function niceStep(span: number, parts: number): number {
  if (span <= 0) return 1;
  const raw = span / parts;
  const power = 10 ** Math.floor(Math.log10(raw));
  for (const f of [1, 2, 4, 5, 10]) if (raw <= f * power) return f * power;
  return 10 * power;
}

const MINUTES = [1 / 6, 1 / 2, 1, 2, 5, 10, 20, 30, 60, 120, 240, 360, 720, 1440, 2880, 10080];

export function plan(
  points: readonly PricePoint[], baseFen: number, from: number, to: number, box: ChartBox, now = to, ahead: readonly { at: number; fen: number }[] = [],
): ChartPlan {
  const top = Math.max(baseFen, ...points.map(p => p.fen));
  // Sub-fen ticks would be nonsense; a flat line still gets a scale of one rung.
  const step = Math.max(100, niceStep(Math.max(top - baseFen, baseFen / 10), 5));
  const low = Math.floor(baseFen / step) * step;
  const high = Math.max(low + step, Math.ceil(top / step) * step);
  const span = Math.max(1, to - from);
  const inner = { w: box.width - box.left - box.right, h: box.height - box.top - box.bottom };
  const x = (at: number) => round(box.left + inner.w * Math.min(1, Math.max(0, (at - from) / span)));
  const y = (fen: number) => round(box.top + inner.h * (1 - (fen - low) / (high - low)));

  let path = '';
  for (const p of points) path += path === '' ? `M${x(p.at)} ${y(p.fen)}` : `H${x(p.at)}V${y(p.fen)}`;
  const last = points.at(-1);
  if (last) path += `H${x(now)}`;
  let coming = '';
  for (const p of ahead) coming += coming === '' ? `M${x(p.at)} ${y(p.fen)}` : `H${x(p.at)}V${y(p.fen)}`;
  if (coming !== '') coming += `H${x(to)}`;

  const yTicks: ChartPlan['yTicks'] = [];
  for (let fen = low; fen <= high; fen += step) yTicks.push({ y: y(fen), fen });
  const every = (MINUTES.find(m => span / (m * 60_000) <= inner.w / 110) ?? 10080) * 60_000;
  const xTicks: ChartPlan['xTicks'] = [];
  // Beijing is a whole number of hours away, so ticks on whole UTC minutes are whole there; days need the shift.
  for (let at = Math.ceil((from + 8 * 3.6e6) / every) * every - 8 * 3.6e6; at <= to; at += every) xTicks.push({ x: x(at), at });
  return {
    path,
    ahead: coming,
    at: moments => moments.map(x),
    dots: points.filter(p => p.mine).map(p => ({ x: x(p.at), y: y(p.fen) })),
    tip: last ? { x: x(now), y: y(last.fen) } : null,
    yTicks,
    xTicks,
  };
}

const round = (n: number) => Math.round(n * 10) / 10;

const NS = 'http://www.w3.org/2000/svg';

function add(parent: Element, name: string, attributes: Record<string, string | number>, text?: string): void {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  if (text !== undefined) node.textContent = text;
  parent.append(node);
}

/** What is drawn: the prices so far, those to come, and moments that divide the course. */
export interface Course {
  points: readonly PricePoint[];
  ahead: readonly { at: number; fen: number }[];
  marks: readonly { at: number; before: string; after: string }[];
  baseFen: number;
  from: number;
  to: number;
  /** Up to here the line is drawn. */
  now: number;
  live: boolean;
  label: (fen: number) => string;
}

/** Draws into the given svg, replacing what was there. */
export function draw(svg: SVGSVGElement, course: Course): void {
  const { points, ahead, marks, baseFen, from, to, now, live, label } = course;
  const width = Math.max(280, Math.round(svg.clientWidth || 640));
  const height = width < 480 ? 190 : 210;
  const box: ChartBox = { width, height, left: 52, right: 14, top: 14, bottom: 28 };
  const chart = plan(points, baseFen, from, to, box, now, ahead);
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.replaceChildren();
  const end = width - box.right;
  const floor = height - box.bottom;
  for (const t of chart.yTicks) {
    add(svg, 'path', { d: `M${box.left} ${t.y}H${end}`, class: 'grid' });
    add(svg, 'text', { x: box.left - 8, y: t.y + 4, 'text-anchor': 'end' }, label(t.fen));
  }
  const days = to - from > 36 * 3.6e6;
  const seconds = chart.xTicks.some(t => t.at % 60_000 !== 0);
  for (const t of chart.xTicks) {
    const anchor = t.x > end - 24 ? 'end' : t.x < box.left + 16 ? 'start' : 'middle';
    add(svg, 'text', { x: t.x, y: height - 10, 'text-anchor': anchor }, days ? monthDay(t.at) : seconds ? timeOfDay(t.at) : hourMinute(t.at));
  }
  add(svg, 'path', { d: `M${box.left} ${floor}H${end}`, class: 'axis' });
  for (const m of chart.at(marks.map(mark => mark.at)).map((x, i) => ({ x, ...marks[i] }))) {
    add(svg, 'path', { d: `M${m.x} ${box.top}V${floor}`, class: 'mark' });
    add(svg, 'text', { x: m.x - 6, y: box.top + 4, 'text-anchor': 'end' }, m.before);
    add(svg, 'text', { x: m.x + 6, y: box.top + 4, 'text-anchor': 'start' }, m.after);
  }
  if (chart.ahead !== '') add(svg, 'path', { d: chart.ahead, class: 'line ahead' });
  if (chart.path !== '') add(svg, 'path', { d: chart.path, class: 'line' });
  for (const d of chart.dots) add(svg, 'rect', { x: d.x - 3.5, y: d.y - 3.5, width: 7, height: 7, class: 'mine-at' });
  if (chart.tip && live) add(svg, 'circle', { cx: chart.tip.x, cy: chart.tip.y, r: 4.5, class: 'tip' });
  else if (chart.tip) add(svg, 'path', { d: `M${chart.tip.x} ${chart.tip.y - 7}v14`, class: 'end' });
}
