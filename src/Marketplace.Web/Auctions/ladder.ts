// The step ladder on the page: which amounts are valid next, why another is not, and when to ask "are you sure".
// The server decides; this keeps people from sending what it would refuse.

export interface Step { fromFen: number; stepFen: number }

export interface Terms {
  startPriceFen: number;
  steps: Step[];
  onStep: 'multiple' | 'minimum';
}

/** The step of the ladder at this amount. */
export function stepAt(terms: Terms, amountFen: number): number {
  let step = terms.steps[0]?.stepFen ?? 1;
  for (const s of terms.steps) {
    if (s.fromFen > amountFen) break;
    step = s.stepFen;
  }
  return step;
}

export function nextMin(terms: Terms, priceFen: number | null): number {
  return priceFen === null ? terms.startPriceFen : priceFen + stepAt(terms, priceFen);
}

/**
 * The amount so many steps above the price (above the start price while nobody has bid). Where bids must lie on whole
 * multiples of the current step that step counts; otherwise each rung counts with its own.
 */
export function stepsUp(terms: Terms, priceFen: number | null, steps: number): number {
  const from = priceFen ?? terms.startPriceFen;
  if (terms.onStep === 'multiple') return from + steps * stepAt(terms, from);
  let amount = from;
  for (let i = 0; i < steps; i++) amount += stepAt(terms, amount);
  return amount;
}

/** What the buttons offer: steps above the price, and the start price itself first while nobody has bid. */
export function offers(terms: Terms, priceFen: number | null): { steps: number; fen: number }[] {
  return (priceFen === null ? [0, 1, 2, 5] : [1, 2, 5, 10]).map(steps => ({ steps, fen: stepsUp(terms, priceFen, steps) }));
}

export type Verdict =
  | { ok: true; steps: number | null }
  | { ok: false; reason: 'belowStart' | 'notAbove' | 'belowNext' | 'notOnStep' | 'aboveCeiling'; lowFen: number; highFen: number };

/** Whether an exact open bid would be accepted, and the nearest amounts that would. */
export function judge(terms: Terms, priceFen: number | null, amountFen: number, ceilingFen: number | null, proxy = false): Verdict {
  const from = priceFen ?? terms.startPriceFen;
  const step = stepAt(terms, from);
  const least = nextMin(terms, priceFen);
  const no = (reason: Exclude<Verdict, { ok: true }>['reason'], lowFen = least, highFen = lowFen) => ({ ok: false as const, reason, lowFen, highFen });
  if (ceilingFen !== null && amountFen > ceilingFen) return no('aboveCeiling', ceilingFen);
  if (priceFen === null ? amountFen < from : amountFen <= priceFen) return no(priceFen === null ? 'belowStart' : 'notAbove');
  if (amountFen < least) return no('belowNext');
  const above = amountFen - from;
  const rest = above % step;
  if (proxy || terms.onStep === 'minimum') return { ok: true, steps: rest === 0 ? above / step : null };
  if (rest !== 0) return no('notOnStep', Math.max(least, amountFen - rest), amountFen - rest + step);
  return { ok: true, steps: above / step };
}

export type Doubt = 'double' | 'steps' | 'ceiling';

/** Why an amount is asked about before it is sent: above twice the price, above ten steps, above 90 % of the ceiling. */
export function doubts(terms: Terms, priceFen: number | null, amountFen: number, ceilingFen: number | null): Doubt[] {
  const from = priceFen ?? terms.startPriceFen;
  const found: Doubt[] = [];
  if (amountFen > 2 * from) found.push('double');
  if (amountFen - from > 10 * stepAt(terms, from)) found.push('steps');
  if (ceilingFen !== null && amountFen > Math.floor(ceilingFen / 10) * 9) found.push('ceiling');
  return found;
}
