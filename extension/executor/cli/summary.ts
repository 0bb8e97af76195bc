import { z } from 'zod';
import type { Client } from '../api/client.ts';
import type { Coverage, JobEventView, JobView } from '../api/wire.ts';
import { readDelivery } from '../executions/artifacts.ts';
import { typePositions } from '../languages/type-positions.ts';
import { codeOf } from './render.ts';

/** The last line of `--json`. Counts are integers; `reason` says why there is no delivery. */
export type Summary = Readonly<{
  job_id: string;
  status: string;
  reason: string | null;
  /** The stable code of that reason. */
  code: string | null;
  strategy: string | null;
  /** Conditions of the strategy that were accepted. */
  accepted_conditions: readonly string[];
  tests: Readonly<{ recorded: number; kept: number; quarantined: number }>;
  coverage: Coverage | null;
  /** The baseline failed and the person went on: why, and how many recorded tests still guarded the work. */
  override: Readonly<{ why: string; tests: number }> | null;
  strict_errors: number;
  any_positions: number;
  annotated_positions: number;
  /** What models did for this job; a micro-credit is a millionth of a credit. */
  spend: JobView['spend'];
  events: number;
  seconds: number;
  applied: boolean;
  reverted: boolean;
}>;

const TYPESCRIPT = /\.[cm]?tsx?$/u;

const reasonOf = (view: JobView): string | null => {
  if (view.status === 'DELIVERED') return null;
  const reasons = (view.reasons ?? []).map(({ path, line, reason }) => {
    const place = path ? `${path}${line ? `:${line}` : ''}: ` : '';
    return place + reason;
  });
  return reasons.length > 0 ? reasons.join(' ') : (view.failure_class ?? `the job is ${view.status}`);
};

const ratio = z.object({ covered: z.number(), total: z.number() });
const coverage = z.object({ branches: ratio, functions: ratio, lines: ratio });
const baselinePassed = z.looseObject({
  recorded: z.number(),
  kept: z.number(),
  quarantined: z.array(z.unknown()),
  coverage,
});

const baselineOf = (events: readonly JobEventView[]) => {
  const passed = events.findLast(({ type }) => type === 'BaselinePassed');
  if (passed === undefined) return { tests: { recorded: 0, kept: 0, quarantined: 0 }, coverage: null };
  const { recorded, kept, quarantined, coverage } = baselinePassed.parse(passed.data);
  return { tests: { recorded, kept, quarantined: quarantined.length }, coverage };
};

const overridden = z.looseObject({
  why: z.string(),
  kept: z.looseObject({ tests: z.number() }).nullish(),
});

const overrideOf = (events: readonly JobEventView[]): Summary['override'] => {
  const settled = events.findLast(({ type }) => type === 'BaselinePassed' || type === 'BaselineOverridden');
  if (settled?.type !== 'BaselineOverridden') return null;
  const { why, kept } = overridden.parse(settled.data);
  return { why, tests: kept?.tests ?? 0 };
};

const selected = z.looseObject({ accepted: z.array(z.string()).default([]) });

const acceptedOf = (events: readonly JobEventView[]): readonly string[] =>
  selected.parse(events.findLast(({ type }) => type === 'ProposalSelected')?.data ?? {}).accepted;

/** Types as written in the delivered sources; counted here, whatever made them. */
const deliveredTypes = async (client: Client, jobId: string): Promise<Types> => {
  const delivery = await client.delivery(jobId);
  const { files } = readDelivery(await client.artifact(jobId, delivery.artifact));
  const sources = files.flatMap(({ to, after }) =>
    after !== null && TYPESCRIPT.test(to) ? [{ path: to, text: after.text }] : [],
  );
  const { annotated, any } = typePositions(sources);
  return { strict_errors: delivery.tests.strict_errors, any_positions: any, annotated_positions: annotated };
};

type Types = Pick<Summary, 'strict_errors' | 'any_positions' | 'annotated_positions'>;

/** Sums up a job from what the server tells of it. `seconds` of this command. */
export const summaryOf = (
  view: JobView,
  events: readonly JobEventView[],
  types: Types,
  seconds: number,
): Summary => {
  const happened = new Set(events.map(({ type }) => type));
  return {
    job_id: view.job_id,
    status: view.status,
    reason: reasonOf(view),
    code: view.status === 'DELIVERED' ? null : codeOf(view),
    strategy: view.strategy ?? null,
    accepted_conditions: acceptedOf(events),
    ...baselineOf(events),
    override: overrideOf(events),
    ...types,
    spend: view.spend,
    events: events.length,
    seconds: Math.round(seconds * 10) / 10,
    applied: happened.has('DeliveryApplied'),
    reverted: happened.has('DeliveryReverted'),
  };
};

export const summarise = async (client: Client, view: JobView, seconds: number): Promise<Summary> => {
  const events = await client.events(view.job_id);
  const types =
    view.status === 'DELIVERED'
      ? await deliveredTypes(client, view.job_id)
      : { strict_errors: 0, any_positions: 0, annotated_positions: 0 };
  return summaryOf(view, events, types, seconds);
};
