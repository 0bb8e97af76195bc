/**
 * What the payment provider may keep of a payment by agreement, tax on the fee included: a share in hundredths of a percent and a
 * fixed amount in minor units. `from`: the day that it counts from, UTC.
 */
type AgreedFee = Readonly<{ from: string; basis_points: number; fixed: number }>;

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

/** Minor units of `currency`; `at` in RFC 3339, UTC. */
type Payment = Readonly<{ amount: number; fee: number; currency: string; at: string }>;

const WHOLE = 10_000n;

/** In ten-thousandths of a minor unit. */
const exact = ({ basis_points, fixed }: AgreedFee, amount: number): bigint =>
  BigInt(amount) * BigInt(basis_points) + BigInt(fixed) * WHOLE;

const distance = (one: bigint, other: bigint): bigint => (one < other ? other - one : one - other);

/**
 * The agreed fee of a payment that is nearest to the one that was taken, in minor units, and that very one where it is within less
 * than a unit of it, because nobody agreed how to round; null: nothing was agreed for its currency and day.
 */
export const agreedFeeOf = (agreed: AgreedFees, { amount, fee, currency, at }: Payment): number | null => {
  const counting = Object.hasOwn(agreed, currency) ? countingAt(agreed[currency] ?? [], at) : [];
  const taken = BigInt(fee) * WHOLE;
  const [nearest] = counting
    .map((each) => exact(each, amount))
    .toSorted((a, b) => (distance(a, taken) < distance(b, taken) ? -1 : 1));
  if (nearest === undefined) return null;
  return distance(nearest, taken) < WHOLE ? fee : Number((nearest + WHOLE / 2n) / WHOLE);
};
