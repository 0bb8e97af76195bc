/**
 * A line of an invoice, with the time that it pays for; `from` and `to` are the same where it is for none. Minor units; below
 * zero where something is given back.
 */
export type InvoiceLine = Readonly<{ lineId: string; amount: number; from: string; to: string }>;

/**
 * What of a net amount belongs to each line, by what the lines charge: to the last unit, without lines that get nothing. None:
 * there is nothing to go by.
 */
export const sharesOf = (lines: readonly InvoiceLine[], net: number): readonly InvoiceLine[] => {
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  if (total <= 0) return [];
  let charged = 0;
  let given = 0;
  return lines
    .map((line) => {
      charged += line.amount;
      const upTo = Number((BigInt(charged) * BigInt(net)) / BigInt(total));
      const amount = upTo - given;
      given = upTo;
      return { ...line, amount };
    })
    .filter(({ amount }) => amount !== 0);
};
