import type { Manifest } from '../../finance/manifest.ts';
import type { Reconciled, VarianceLine } from '../../finance/variance.ts';
import { table } from './story-table.ts';

const CREDITS = 'MICRO_CREDIT';
const NOTHING = { over: 0, under: 0 };

/** The accounts of an export, and what it is. */
export const manifestText = ({ period, version, rows, accounts, tree_head }: Manifest): string => {
  const money = new Set(accounts.map(({ currency }) => currency).filter((currency) => currency !== CREDITS));
  return [
    table(
      ['account', 'unit', 'opening', 'in', 'out', 'closing'],
      accounts.map((each) => [
        each.account,
        each.currency,
        each.opening,
        each.debit,
        each.credit,
        each.closing,
      ]),
    ),
    ...(money.size === 0 ? [] : [`Minor units: ${[...money].toSorted().join(', ')}.`]),
    '',
    `${period}, version ${version}: ${rows} rows, under the log of ${tree_head.tree_size} events.`,
  ].join('\n');
};

/** One difference of a reconciliation. */
export const lineText = (line: VarianceLine): string => {
  const { reason, jobId, reference, unit, expected, booked, variance, dueAt } = line;
  const signed = `${variance > 0 ? '+' : ''}${variance}${unit === CREDITS ? '' : ` ${unit}`}`;
  const until = dueAt === null ? '' : `, due at ${dueAt}`;
  return `${reason.padEnd(20)} ${jobId ?? reference ?? ''}  expected ${expected}, booked ${booked}: ${signed}${until}`;
};

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** What a reconciliation comes to. */
export const sumText = ({
  period,
  jobs,
  sales,
  matched,
  unexplained,
  variances,
  ...counts
}: Reconciled): string => {
  const { movements, invoices, payouts, pending, pendingUntil, feesUnchecked, accountFees } = counts;
  const { [CREDITS]: { over, under } = NOTHING, ...money } = variances;
  return [
    `${period}: ${counted(jobs, 'job')} and ${counted(sales, 'sale')}, ${matched} without a difference, +${over} and ${under} micro-credits.`,
    ...(movements + invoices + payouts === 0
      ? []
      : [
          `${counted(movements, 'movement')} of money, ${counted(invoices, 'invoice')}, ${counted(payouts, 'payout')}.`,
        ]),
    ...Object.entries(money).map(([unit, sums]) => `+${sums.over} and ${sums.under} ${unit} in minor units.`),
    ...Object.entries(accountFees).map(
      ([unit, amount]) =>
        `${amount} ${unit} in minor units are fees of the account and of payouts, which no agreement covers.`,
    ),
    ...(feesUnchecked === 0
      ? []
      : [
          `NOT CHECKED: the fees of ${counted(feesUnchecked, 'movement')}. payment_fees names no agreement for them.`,
        ]),
    ...(pending === 0 ? [] : [`PENDING: ${pending}. Run it again after ${pendingUntil}.`]),
    unexplained === 0 ? 'Every difference is explained.' : `UNEXPLAINED: ${unexplained}`,
  ].join('\n');
};
