type Row = Readonly<{
  user_id: string;
  reference: string;
  unit: string;
  kind: string;
  source_event: string;
  amount: bigint;
  effective_at: Date;
}>;

export const isOfDispute = ({ kind }: Pick<Row, 'kind'>): boolean => kind.startsWith('Dispute');

export const sumOf = (rows: readonly Pick<Row, 'amount'>[]): number =>
  rows.reduce((sum, { amount }) => sum + Number(amount), 0);

/** What a decision takes back of the one before it and what it brings are one movement at the provider. */
const decisionOf = ({ kind, source_event: source, effective_at: at }: Row): string =>
  kind === 'DisputeOpened' ? kind : `${source} ${at.toISOString()}`;

/** Rows of disputes by dispute and currency. */
export const disputesOf = <One extends Row>(rows: readonly One[]): readonly (readonly One[])[] => [
  ...Map.groupBy(rows, ({ user_id, reference, unit }) => `${user_id} ${reference} ${unit}`).values(),
];

/**
 * Rows of one dispute in one currency as the provider's movements are compared with them: all in one direction. Some money may come back
 * when it is lost, and the rest on appeal.
 */
export const movesOf = <One extends Row>(rows: readonly One[]): readonly (readonly One[])[] => {
  const decisions = [...Map.groupBy(rows, decisionOf).values()];
  const moves = Map.groupBy(decisions, (made) => Math.sign(sumOf(made)));
  return [...moves.values()].map((made) => made.flat());
};
