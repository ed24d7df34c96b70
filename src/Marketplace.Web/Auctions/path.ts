// A falling price on the page, counted by the server's clock: the same arithmetic as the rules, in whole numbers.

export interface PricePath {
  stepBasisPoints: number | null;
  stepFen: number | null;
  intervalSeconds: number;
  floorFen: number;
}

/** The path as the picture carries it: from when it is counted, and since when it stands. */
export interface FallingPath extends PricePath {
  steps: number;
  beganAt: string;
  standsSince: string | null;
  nextFallAt: string | null;
}

const up = (dividend: bigint, divisor: bigint): bigint => (dividend <= 0n ? 0n : (dividend + divisor - 1n) / divisor);

/** The price after so many steps; never below the floor. */
export function priceAfter(path: PricePath, startFen: number, steps: number): number {
  if (steps <= 0) return startFen;
  const price = path.stepFen !== null
    ? BigInt(startFen) - BigInt(path.stepFen) * BigInt(steps)
    : up(BigInt(startFen) * (10_000n - BigInt(path.stepBasisPoints ?? 0) * BigInt(steps)), 10_000n);
  return price < BigInt(path.floorFen) ? path.floorFen : Number(price);
}

/** Steps until the floor. */
export function stepsOf(path: PricePath, startFen: number): number {
  const fall = BigInt(startFen) - BigInt(path.floorFen);
  return Number(path.stepFen !== null ? up(fall, BigInt(path.stepFen)) : up(fall * 10_000n, BigInt(startFen) * BigInt(path.stepBasisPoints ?? 0)));
}

/** From the start price to the end of the interval at the floor, in milliseconds. */
export const lasts = (path: PricePath, startFen: number): number => (stepsOf(path, startFen) + 1) * path.intervalSeconds * 1000;

/** Whether the price can fall like this at all. */
export function possible(path: PricePath, startFen: number): boolean {
  const step = path.stepFen ?? path.stepBasisPoints ?? 0;
  return startFen > 0 && step > 0 && (path.stepBasisPoints ?? 0) <= 10_000 && path.intervalSeconds >= 1 && path.floorFen > 0 && path.floorFen < startFen
    && stepsOf(path, startFen) <= 10_000;
}

/** How many falls have passed at this moment of the server. */
export function passed(path: FallingPath, now: number): number {
  const at = path.standsSince === null ? now : Date.parse(path.standsSince);
  return Math.max(0, Math.floor((at - Date.parse(path.beganAt)) / (path.intervalSeconds * 1000)));
}

export const priceAt = (path: FallingPath, startFen: number, now: number): number => priceAfter(path, startFen, passed(path, now));

/** The moment of the next fall; null at the floor and while the price stands. */
export function nextFall(path: FallingPath, now: number): number | null {
  const k = passed(path, now);
  return path.standsSince !== null || k >= path.steps ? null : Date.parse(path.beganAt) + (k + 1) * path.intervalSeconds * 1000;
}

/** The corners of the stairs between two numbers of falls, thinned out when there are more than anybody can see. */
export function stairs(path: FallingPath, startFen: number, from: number, to: number, most = 400): { at: number; fen: number }[] {
  const every = Math.max(1, Math.ceil((to - from) / most));
  const corners: { at: number; fen: number }[] = [];
  for (let k = from; k <= to; k += every) corners.push({ at: Date.parse(path.beganAt) + k * path.intervalSeconds * 1000, fen: priceAfter(path, startFen, k) });
  const last = corners.at(-1);
  const end = { at: Date.parse(path.beganAt) + to * path.intervalSeconds * 1000, fen: priceAfter(path, startFen, to) };
  if (last && last.at < end.at) corners.push(end);
  return corners;
}
