import type { RunSummary } from './summary.ts';
import type { Verdict } from './verify.ts';

/** What a run with one package came to. */
export type Row = Readonly<{
  name: string;
  /** How the job ended; NO_SUMMARY: `iama run` did not say. */
  status: string;
  reason: string | null;
  seconds: number;
  summary: RunSummary | null;
  /** Null: nothing was delivered that could be looked at. */
  verdict: Verdict | null;
  /** The end of what `iama run` said, for a run without a summary. */
  said: string;
}>;

const percent = (part: number, whole: number): string =>
  whole === 0 ? '' : ` (${((100 * part) / whole).toFixed(1)}%)`;

/** A part of a whole with its share. */
export const share = (part: number, whole: number): string => `${part} of ${whole}${percent(part, whole)}`;

/** Whether the tests that a release ships were run, or that it ships none. */
const ownTestsOf = ({ shipped, ownTests }: Pick<Verdict, 'shipped' | 'ownTests'>): string => {
  if (shipped === 0 && ownTests === 'none') return 'none shipped';
  return ownTests === 'none' ? `${shipped} files shipped, not run` : ownTests;
};

const measured = ({ tests, coverage }: RunSummary): readonly string[] => [
  `tests ${tests.recorded} recorded, ${tests.kept} kept`,
  ...(coverage ? [`branches ${share(coverage.branches.covered, coverage.branches.total)}`] : []),
];

const checked = (verdict: Verdict, summary: RunSummary): readonly string[] => [
  `strict errors ${verdict.strictErrors}`,
  `any ${share(summary.any_positions, summary.annotated_positions)}`,
  `own tests: ${ownTestsOf(verdict)}`,
  `${verdict.calls} calls compared`,
  ...(verdict.accepted > 0 ? [`${verdict.accepted} of them otherwise in strict mode, as accepted`] : []),
  `${verdict.documented} documented calls typed`,
];

/** One line for a package: how it ended, what was measured, and what an independent look at the delivery found. */
export const lineOf = ({ name, status, reason, seconds, summary, verdict, said }: Row): string => {
  const wrong = verdict?.wrong ?? [];
  return [
    `${name.padEnd(24)} ${status.padEnd(10)} ${seconds} s`,
    ...(summary === null ? [said] : measured(summary)),
    ...(summary === null || verdict === null ? [] : checked(verdict, summary)),
    ...(wrong.length === 0 ? (reason === null ? [] : [reason]) : [`WRONG ${wrong.join('; ')}`]),
  ].join('  ');
};

const sum = (rows: readonly Row[], count: (summary: RunSummary) => number): number =>
  rows.reduce((total, { summary }) => total + (summary === null ? 0 : count(summary)), 0);

/** The figures of all deliveries together. */
export const totalsOf = (rows: readonly Row[]) => {
  const delivered = rows.filter(({ status }) => status === 'DELIVERED');
  return {
    delivered: delivered.length,
    of: rows.length,
    wrong: rows.filter(({ verdict }) => (verdict?.wrong.length ?? 0) > 0).map(({ name }) => name),
    recorded: sum(delivered, ({ tests }) => tests.recorded),
    kept: sum(delivered, ({ tests }) => tests.kept),
    branches: {
      covered: sum(delivered, ({ coverage }) => coverage?.branches.covered ?? 0),
      total: sum(delivered, ({ coverage }) => coverage?.branches.total ?? 0),
    },
    strictErrors: delivered.reduce((total, { verdict }) => total + (verdict?.strictErrors ?? 0), 0),
    any: sum(delivered, ({ any_positions }) => any_positions),
    annotated: sum(delivered, ({ annotated_positions }) => annotated_positions),
  };
};

/** The last line for people. */
export const totalLine = (totals: ReturnType<typeof totalsOf>): string => {
  const { delivered, of, wrong, recorded, kept, branches, strictErrors, any, annotated } = totals;
  return [
    `${delivered} of ${of} delivered, ${wrong.length} wrong`,
    `tests ${recorded} recorded, ${kept} kept`,
    `branches ${share(branches.covered, branches.total)}`,
    `strict errors ${strictErrors}`,
    `any in ${share(any, annotated)} positions`,
  ].join('; ');
};
