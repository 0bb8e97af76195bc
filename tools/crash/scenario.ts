import type { JobState } from '../../domain/refactoring/job/job.ts';
import type { Client } from '../../extension/executor/api/client.ts';
import type { Files } from './packages.ts';
import type { Point } from './story.ts';

/** The job as it stands when the person looks at it. */
export type Sight = Readonly<{
  jobId: string;
  project: string;
  /** Of the server: what it keeps outside of the database. */
  dataFolder: string;
  state: JobState;
  /** How often an event of that type has happened. */
  times: (type: string) => number;
}>;

/** What the person does next. Every turn follows from what stands in the log, so that it can be taken again after a crash. */
export type Turn =
  /** A command of the command line, to its end. */
  | Readonly<{ kind: 'CLI'; args: readonly string[] }>
  /** A request of another client, such as a web page. A refusal with 409 means that things have moved on. */
  | Readonly<{ kind: 'SEND'; send: (client: Client) => Promise<unknown> }>
  /** Time passes: the timer of the job process is due now, and not in minutes. */
  | Readonly<{ kind: 'TIME'; timer: 'heartbeat' | 'grace' | 'stage' | 'execution' | 'intervention' }>
  /** Our side is at work, and nobody is looking. */
  | Readonly<{ kind: 'WAIT' }>
  | Readonly<{ kind: 'END' }>;

export type Scenario = Readonly<{
  files: Files;
  /** Of `iama run`, beside the folder. */
  run: readonly string[];
  turn: (sight: Sight) => Turn;
  /** Points to kill at beside the first of each type that the plan names. */
  also?: readonly Point[];
}>;

export const END: Turn = { kind: 'END' };
export const WAIT: Turn = { kind: 'WAIT' };
export const cli = (...args: readonly string[]): Turn => ({ kind: 'CLI', args: [...args, '--json'] });
export const send = (request: (client: Client) => Promise<unknown>): Turn => ({
  kind: 'SEND',
  send: request,
});
export const time = (timer: Extract<Turn, { kind: 'TIME' }>['timer']): Turn => ({ kind: 'TIME', timer });

/** Follows the job, answers nothing, takes and applies the whole delivery. */
export const RUN = ['--strategy', 'standard', '--accept', 'all', '--apply', '--json'];
export const attach = ({ jobId }: Sight): Turn => cli('attach', jobId, '--accept', 'all', '--apply');

export const approve = ({ jobId }: Sight): Turn =>
  send(async (client) => client.approveSpec(jobId, await client.spec(jobId)));

/** The kind of work that waits for the person's machine; null: none. */
export const awaited = ({ state }: Sight): string | null =>
  'execution' in state ? (state.execution?.kind ?? null) : null;

export const isApplied = ({ state }: Sight): boolean =>
  state.status === 'DELIVERED' && state.execution === null && state.delivery.phase === 'APPLIED';

/** Nothing to do but to wait; the other client says that it is there when it is missed, for else our side stops too (JOB-05). */
export const waitHere = ({ times, jobId }: Sight): Turn =>
  times('ClientHeartbeatMissed') > times('ClientHeartbeatResumed')
    ? send((client) => client.heartbeat(jobId))
    : WAIT;

/** What is done where a scenario wants nothing else: goes on until the delivery is applied or the job has failed. */
export const usual = (sight: Sight): Turn => {
  if (sight.state.status === 'FAILED' || isApplied(sight)) return END;
  return sight.state.status === 'WAITING_SPEC_APPROVAL' ? approve(sight) : attach(sight);
};
