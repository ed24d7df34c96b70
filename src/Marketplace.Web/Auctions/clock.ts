// Time on the page: the server's, carried by the browser's monotonic counter, shown as Beijing time.

export interface Sample { roundTrip: number; offset: number }

/** Server minus page counter, from one request: the answer was written about half a round trip ago. */
export function sample(serverMs: number, sentAt: number, receivedAt: number): Sample {
  const roundTrip = Math.max(0, receivedAt - sentAt);
  return { roundTrip, offset: serverMs - (sentAt + roundTrip / 2) };
}

/** The quickest of the last samples is the least wrong one. */
export function best(samples: readonly Sample[]): Sample | null {
  return samples.reduce<Sample | null>((b, s) => (b === null || s.roundTrip < b.roundTrip ? s : b), null);
}

/** What is left until the end, cut to whole seconds upward so that 00:00 means over. */
export function countdown(ms: number, days = 'd'): string {
  const total = Math.max(0, Math.ceil(ms / 1000));
  const [d, h, m, s] = [Math.floor(total / 86400), Math.floor(total / 3600) % 24, Math.floor(total / 60) % 60, total % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  if (d > 0) return `${d}${days} ${two(h)}:${two(m)}`;
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

/** How much of the ring is left: of the soft-close window inside it, of the whole auction before. */
export function ringShare(nowMs: number, opensMs: number, endsMs: number, windowSeconds: number): number {
  const left = endsMs - nowMs;
  const window = windowSeconds * 1000;
  const whole = window > 0 && left <= window ? window : endsMs - opensMs;
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, left / whole));
}

const BEIJING = 8 * 3600 * 1000;

/** Beijing has had no daylight saving since 1991: plain arithmetic is exact and needs no zone data. */
function beijing(ms: number): Date { return new Date(ms + BEIJING); }

export const timeOfDay = (ms: number): string => beijing(ms).toISOString().slice(11, 19);
export const millis = (ms: number): string => beijing(ms).toISOString().slice(19, 23);
export const monthDay = (ms: number): string => beijing(ms).toISOString().slice(5, 10);
export const hourMinute = (ms: number): string => beijing(ms).toISOString().slice(11, 16);
