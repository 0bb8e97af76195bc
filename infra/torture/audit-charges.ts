import type { Pool } from 'pg';
import type { AccountEvent } from '../../domain/billing/account/events.ts';
import { type AccountState, availableOf, heldOf } from '../../domain/billing/account/state.ts';
import { account, accountStream } from '../../domain/billing/account.ts';
import type { EventLog } from '../../domain/kernel/event-store.ts';
import { JOB_ENDINGS } from '../../domain/refactoring/job/endings.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';
import type { Findings } from './audit.ts';
import { MODEL, type ModelDouble, USAGE } from './model-double.ts';
import type { Spender } from './shop-spenders.ts';

type Call = Readonly<{
  key: string;
  job: string;
  stage: ModelCall['stage'];
  model: string;
  outcome: ModelCall['outcome'];
}>;
type Entry = Readonly<{ key: string; amount: number }>;

/** The key of a call's entry follows from where the call stands (BIL-05). */
const CALLS = `
SELECT data ->> 'jobId' AS job, data #>> '{call,stage}' AS stage, data #>> '{call,model}' AS model,
       data #>> '{call,outcome}' AS outcome,
       concat_ws(':', data ->> 'jobId', data #>> '{call,modelClass}', data #>> '{call,attempt}', version) AS key
  FROM events WHERE type = 'ModelCalled'`;
const ENTRIES = `
SELECT data ->> 'entryKey' AS key, (data ->> 'microCredits')::bigint::int AS amount
  FROM events WHERE type = 'UsageRecorded'`;

const UNANSWERED: ReadonlySet<ModelCall['outcome']> = new Set(['INFRA_FAILURE', 'STOPPED', 'HALTED', 'LOST']);

/** Each call that the model answered has one entry, at the price that was published. */
export const auditUsage = (
  calls: readonly Call[],
  entries: readonly Entry[],
  answered: ModelDouble['answered'],
  findings: Findings,
): void => {
  const byKey = Map.groupBy(entries, ({ key }) => key);
  for (const { key, stage, model, outcome } of calls) {
    const [entry, ...others] = byKey.get(key) ?? [];
    byKey.delete(key);
    if (entry === undefined) {
      findings.add('shop: model call without usage', key);
      continue;
    }
    findings.add('shop: usage recorded twice', key, others.length);
    const due = model === MODEL && outcome === 'SUCCESS' ? USAGE[stage].microCredits : 0;
    // A call that was stopped may have been answered in that moment.
    const isWhole = model === MODEL && outcome === 'STOPPED' && entry.amount === USAGE[stage].microCredits;
    if (entry.amount !== due && !isWhole)
      findings.add('shop: usage at another price', `${key}: ${entry.amount} for ${due}`);
  }
  for (const key of byKey.keys()) findings.add('shop: usage without a model call', key);
  const ofModel = Map.groupBy(
    calls.filter(({ model, outcome }) => model === MODEL && !UNANSWERED.has(outcome)),
    ({ job }) => job,
  );
  for (const [job, told] of ofModel)
    findings.add('shop: model call that nobody answered', job, told.length - (answered.get(job)?.size ?? 0));
};

const RUNNING = `
SELECT data ->> 'jobId' AS job FROM events WHERE type = 'JobStarted' AND NOT EXISTS (
  SELECT FROM events AS ending WHERE ending.stream = events.stream AND ending.type = ANY($1))`;
const ACCOUNTS = `SELECT DISTINCT stream FROM events WHERE stream LIKE 'account-%'`;
/** As the books tell it, movement by movement. */
const OVERDRAWN = `
SELECT user_id, account, position FROM (
  SELECT user_id, account, position, sum(amount) OVER (PARTITION BY user_id, account ORDER BY position, line) AS balance
    FROM read.ledger_postings WHERE account IN ('customer.available', 'customer.held')) AS course
 WHERE balance < 0`;

/** The account after each of its events, in which nothing may be below zero. */
const foldWatched = (stream: string, events: readonly AccountEvent[], findings: Findings): AccountState =>
  events.reduce((state, event, index) => {
    const after = account.evolve(state, event);
    if (availableOf(after) < 0 || heldOf(after) < 0)
      findings.add('shop: account below zero', `${stream} after its event ${index + 1}`);
    return after;
  }, account.initialState());

/** Holds are open for running jobs and for no others, and nobody is ever below zero. */
const auditAccounts = async (pool: Pool, log: Pick<EventLog, 'read'>, findings: Findings) => {
  for (const { user_id, account: name, position } of (await pool.query(OVERDRAWN)).rows)
    findings.add('shop: ledger below zero', `${name} of ${user_id} at ${position}`);
  const { rows } = await pool.query<{ job: string }>(RUNNING, [JOB_ENDINGS]);
  const running = new Set(rows.map(({ job }) => job));
  const charged = new Map<string, number>();
  let openHolds = 0;
  for (const { stream } of (await pool.query<{ stream: string }>(ACCOUNTS)).rows) {
    const { events } = await log.read<AccountEvent>(stream);
    const { holds } = foldWatched(stream, events, findings);
    openHolds += Object.keys(holds).length;
    for (const { jobId } of Object.values(holds))
      if (!running.has(jobId)) findings.add('shop: hold of a job that has ended', jobId);
    for (const { type, data } of events) {
      if (type === 'HoldPosted') charged.set(data.jobId, (charged.get(data.jobId) ?? 0) + data.microCredits);
      if (type === 'HoldTaken' && running.has(data.jobId) && holds[data.holdId] === undefined)
        findings.add('shop: running job without its hold', data.jobId);
    }
  }
  return { charged, openHolds };
};

/** Each job came to what was worked out beforehand, and each person is left with the rest. */
const auditSpenders = async (
  log: Pick<EventLog, 'read'>,
  spenders: readonly Spender[],
  charged: ReadonlyMap<string, number>,
  findings: Findings,
): Promise<void> => {
  for (const { userId, given, jobs } of spenders) {
    for (const { jobId, course, charge } of jobs) {
      const came = charged.get(jobId) ?? 0;
      if (charge !== null && came !== charge)
        findings.add('shop: another charge than was used', `${jobId} ${course}: ${came} for ${charge}`);
    }
    const spent = jobs.reduce((sum, { jobId }) => sum + (charged.get(jobId) ?? 0), 0);
    const { events } = await log.read<AccountEvent>(accountStream(userId));
    const state = events.reduce(account.evolve, account.initialState());
    const left = availableOf(state) + heldOf(state);
    if (left !== given - spent)
      findings.add('shop: credits appeared or vanished', `${userId}: ${left} for ${given - spent}`);
  }
};

/** What became of the jobs that could have been charged. */
const endsOf = (spenders: readonly Spender[]): string => {
  const jobs = spenders.flatMap((spender) => spender.jobs);
  const ended = jobs.filter(({ charge }) => charge !== null).length;
  return `${spenders.length} people were done in time, ${jobs.length} jobs of theirs were started and ${ended} came to an end that is known`;
};

/** Everything that models were asked, was metered, held and charged. Gives figures. */
export const auditCharges = async (
  parts: Readonly<{ pool: Pool; log: Pick<EventLog, 'read'>; answered: ModelDouble['answered'] }>,
  spenders: readonly Spender[],
  findings: Findings,
) => {
  const { pool, log, answered } = parts;
  const calls = (await pool.query<Call>(CALLS)).rows;
  const entries = (await pool.query<Entry>(ENTRIES)).rows;
  auditUsage(calls, entries, answered, findings);
  const { charged, openHolds } = await auditAccounts(pool, log, findings);
  await auditSpenders(log, spenders, charged, findings);
  if (charged.size === 0) findings.unproven.push({ what: 'shop: nobody was charged', why: endsOf(spenders) });
  const microCredits = [...charged.values()].reduce((sum, amount) => sum + amount, 0);
  return {
    charges: charged.size,
    chargedMicroCredits: microCredits,
    usageEntries: entries.length,
    openHolds,
  };
};
