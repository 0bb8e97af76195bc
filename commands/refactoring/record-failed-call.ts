import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import { jobStream } from '../../domain/refactoring/job/job.ts';
import type { CommandFile } from '../kernel/command.ts';
import { decideOnJob, type JobCommandOf } from './job-command.ts';

type Command = JobCommandOf<'RecordFailedCall'>;

/** Whoever counts a call as lost may be hours behind the log, and know nothing of its end that stands there. */
const isTold = async (
  store: StreamStore,
  { jobId, call: { callKey } }: Command['data'],
): Promise<boolean> => {
  const { events } = await store.read<JobEvent>(jobStream(jobId));
  return events.some(({ type, data }) => type === 'ModelCalled' && data.call.callKey === callKey);
};

/** A call of the router that came to nothing; one is lost only where its end was never told. */
export const recordFailedCall: CommandFile<Command, unknown> = {
  type: 'RecordFailedCall',
  access: 'SYSTEM',
  route: null,
  async decide(command, tools) {
    const { data } = command;
    const decided = await decideOnJob(command, tools);
    // Looked at after the version that the append must meet was read: an end that is told in between is seen here, or met there.
    if (data.call.outcome === 'LOST' && (await isTold(tools.store, data))) return { ...decided, appends: [] };
    return decided;
  },
};
