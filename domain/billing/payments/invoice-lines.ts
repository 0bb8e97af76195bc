/**
 * A line of an invoice, with the time that it pays for; `from` and `to` are the same where it is for none. Minor units; below
 * zero where something is given back.
 */
export type InvoiceLine = Readonly<{ lineId: string; amount: number; from: string; to: string }>;

/**
 * What of a net amount belongs to each line, by what the lines charge: to the last unit, without lines that get nothing. None:
 * there is nothing to go by. `before`: what of the same lines was given in parts already; all parts together then give what their
 * sum does, so that one of them may take a unit of a line that the parts before it gave.
 */
export const sharesOf = (lines: readonly InvoiceLine[], net: number, before = 0): readonly InvoiceLine[] => {
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  if (total <= 0) return [];
  const upTo = (charged: number, given: number): number =>
    Number((BigInt(charged) * BigInt(given)) / BigInt(total));
  let charged = 0;
  let given = 0;
  return lines
    .map((line) => {
      charged += line.amount;
      const all = upTo(charged, before + net) - upTo(charged, before);
      const amount = all - given;
      given = all;
      return { ...line, amount };
    })
    .filter(({ amount }) => amount !== 0);
};
