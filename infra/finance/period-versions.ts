import { periodEnd } from '../../domain/billing/credits.ts';
import {
  type ExportFormat,
  expectPeriod,
  exportKey,
  PERIODS_STREAM,
  type PeriodEvent,
  periodStart,
  periods,
  type Signature,
} from '../../domain/billing/periods.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { Recorded } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';

/** One version of a closed period, and what of the ledger belongs to it. */
export type PeriodVersion = Readonly<{
  period: string;
  version: number;
  /** `BOOKED`: late items where they were booked. `EFFECTIVE`: by their dates, as known at the restatement. */
  basis: 'BOOKED' | 'EFFECTIVE';
  /** First instant in it and first after it, RFC 3339. */
  start: string;
  end: string;
  /** Entries at lower positions only. */
  before: number;
  /** Entries of earlier months at higher positions came late, and belong to this one. */
  lateAfter: number;
  closedAt: string;
  closedBy: string;
  replaces: Readonly<{ version: number; manifest_sha256: string }> | null;
  /** Of the period before; null: this is the first that was closed. */
  previous: Readonly<{ period: string; manifest_sha256: string }> | null;
}>;

/** As it was signed when it was given out first; null: that is not kept. */
export const keptSignature = async (
  store: Pick<StreamStore, 'read'>,
  { period, version, format }: Readonly<{ period: string; version: number; format: ExportFormat }>,
): Promise<Signature | null> => {
  const { events } = await store.read<PeriodEvent>(PERIODS_STREAM);
  return fold(periods, events).exports[exportKey(period, version, format)]?.signed ?? null;
};

const positionOf = ({ metadata }: Recorded<PeriodEvent>): number => {
  if (metadata.globalPosition === null)
    throw new Rejection('LEDGER_BEHIND', 'The close has no place in the log yet. Try again shortly.');
  return Number(metadata.globalPosition);
};

/** Throws `Rejection` PERIOD_INVALID, PERIOD_OPEN, VERSION_UNKNOWN, PREVIOUS_NOT_EXPORTED or LEDGER_BEHIND. `version` null: the newest. */
export const periodVersion = async (
  store: Pick<StreamStore, 'read'>,
  {
    period,
    format,
    version: wanted,
  }: Readonly<{ period: string; format: ExportFormat; version: number | null }>,
): Promise<PeriodVersion> => {
  expectPeriod(period);
  const { events } = await store.read<PeriodEvent>(PERIODS_STREAM);
  const state = fold(periods, events);
  const closings = events.filter(({ type }) => type === 'PeriodClosed');
  const index = closings.findIndex(({ data }) => data.period === period);
  const closing = closings[index];
  const newest = state.versions[period];
  if (closing === undefined || newest === undefined)
    throw new Rejection('PERIOD_OPEN', `The period ${period} is not closed.`);
  const version = wanted ?? newest;
  const made = events.find(
    ({ type, data }) =>
      data.period === period &&
      (version === 1 ? type === 'PeriodClosed' : type === 'PeriodRestated' && data.version === version),
  );
  if (made === undefined)
    throw new Rejection('VERSION_UNKNOWN', `The period ${period} has no version ${version}.`);
  const exported = (of: string, number: number): string => {
    const known = state.exports[exportKey(of, number, format)];
    if (known === undefined)
      throw new Rejection('PREVIOUS_NOT_EXPORTED', `Export version ${number} of ${of} as ${format} first.`, {
        period: of,
        version: number,
      });
    return known.manifestSha256;
  };
  const last = closings[index - 1];
  const before = positionOf(made);
  return {
    period,
    version,
    basis: version === 1 ? 'BOOKED' : 'EFFECTIVE',
    start: periodStart(period),
    end: periodEnd(periodStart(period)),
    before,
    lateAfter: version > 1 ? before : last === undefined ? 0 : positionOf(last),
    closedAt: made.data.at,
    closedBy: made.metadata.messageId,
    replaces: version === 1 ? null : { version: version - 1, manifest_sha256: exported(period, version - 1) },
    previous:
      last === undefined
        ? null
        : { period: last.data.period, manifest_sha256: exported(last.data.period, 1) },
  };
};
