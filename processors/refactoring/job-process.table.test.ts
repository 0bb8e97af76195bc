import { describe, expect, it } from 'vitest';
import { history } from '../../domain/kernel/history.ts';
import type { Positioned } from '../../domain/kernel/message.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { job, statusOf } from '../../domain/refactoring/job/job.ts';
import { rows } from '../../domain/refactoring/job/testing/table/rows.ts';
import { EXECUTING_STATUSES, type JobStatus } from '../../domain/refactoring/job/values.ts';
import type { Mode, ProcessEvent } from './job-process/state.ts';
import { jobProcess } from './job-process.ts';

const executing: ReadonlySet<JobStatus> = new Set(EXECUTING_STATUSES);

const modeOf = (status: JobStatus): Mode => {
  if (executing.has(status)) return 'EXECUTING';
  if (status === 'USER_INTERVENING') return 'INTERVENING';
  return status === 'FAILED' ? 'ENDED' : 'PARKED';
};

const handled: ReadonlySet<string> = new Set(jobProcess.handles);
const isHandled = (event: Positioned<JobEvent>): event is Positioned<Extract<JobEvent, ProcessEvent>> =>
  handled.has(event.type);

describe('the process of a job', () => {
  it.each(rows)(
    '[JOB-01] [JOB-05] awaits a client just where the decider does: a job %s',
    (_name, journey, _from, command) => {
      const to = journey();
      to.does(command);
      let state = job.initialState();
      let process = jobProcess.initialState();
      for (const event of history('job', to.events)) {
        state = job.evolve(state, event);
        if (isHandled(event)) process = jobProcess.evolve(process, event);
        const status = statusOf(state);
        expect([event.type, status, process.mode, process.grace]).toEqual([
          event.type,
          status,
          status === null ? 'NEW' : modeOf(status),
          'grace' in state && state.grace !== null,
        ]);
      }
    },
  );
});
