/** What a fee is taken of. */
export const FEE_KINDS = ['PAYMENT', 'REFUND', 'DISPUTE'] as const;
type FeeKind = (typeof FEE_KINDS)[number];

/**
 * What the payment provider may keep of a payment by agreement, or of what `of` names, tax on the fee included: a share in hundredths
 * of a percent and a fixed amount in minor units. `from`: the day that it counts from, UTC.
 */
type AgreedFee = Readonly<{ from: string; of?: FeeKind; basis_points: number; fixed: number }>;

/** By currency of the balance, ISO 4217 in upper case. Several of one day all count: cards of other countries cost more. */
export type AgreedFees = Readonly<Record<string, readonly AgreedFee[]>>;

/** Those that were agreed last by then. */
const countingAt = (fees: readonly AgreedFee[], at: string): readonly AgreedFee[] => {
  const begun = fees.filter(({ from }) => from <= at.slice(0, 10));
  const newest = begun
    .map(({ from }) => from)
    .toSorted()
    .at(-1);
  return begun.filter(({ from }) => from === newest);
};

/** Minor units of `currency`, `amount` below zero where it left the balance; `at` in RFC 3339, UTC. */
type Movement = Readonly<{ kind: FeeKind; amount: number; fee: number; currency: string; at: string }>;

const WHOLE = 10_000n;

/** In ten-thousandths of a minor unit. */
const exact = ({ basis_points, fixed }: AgreedFee, amount: number): bigint =>
  BigInt(Math.abs(amount)) * BigInt(basis_points) + BigInt(fixed) * WHOLE;

const distance = (one: bigint, other: bigint): bigint => (one < other ? other - one : one - other);

/** To the nearest unit, a half away from zero. */
const rounded = (fee: bigint): number => Number((fee + (fee < 0n ? -WHOLE : WHOLE) / 2n) / WHOLE);

/** A dispute that was won and a refund that did not arrive cost nothing, or bring the fee back: who agreed on it names only the fee. */
const isReturn = ({ kind, amount }: Movement): boolean => kind !== 'PAYMENT' && amount > 0;

/**
 * The agreed fee of a movement that is nearest to the one that was taken, in minor units, and that very one where it is within less
 * than a unit of it, because nobody agreed how to round; null: nothing was agreed for its kind, currency and day.
 */
export const agreedFeeOf = (agreed: AgreedFees, movement: Movement): number | null => {
  const { kind, amount, fee, currency, at } = movement;
  const own = Object.hasOwn(agreed, currency) ? (agreed[currency] ?? []) : [];
  const counting = countingAt(
    own.filter(({ of = 'PAYMENT' }) => of === kind),
    at,
  ).map((each) => exact(each, amount));
  const allowed =
    isReturn(movement) && counting.length > 0 ? [0n, ...counting.map((each) => -each)] : counting;
  const taken = BigInt(fee) * WHOLE;
  const [nearest] = allowed.toSorted((a, b) => (distance(a, taken) < distance(b, taken) ? -1 : 1));
  if (nearest === undefined) return null;
  return distance(nearest, taken) < WHOLE ? fee : rounded(nearest);
};
