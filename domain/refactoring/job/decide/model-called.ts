import type { ModelCalled } from '../events.ts';
import type { ModelCall } from '../values.ts';

/** LLM-09: every call is an event, written with the outcome that it led to. */
export const modelCalled = (
  command: Readonly<{ data: Readonly<{ jobId: string; at: string }> }>,
  ownerId: string,
  call: ModelCall,
): ModelCalled => ({
  type: 'ModelCalled',
  data: { jobId: command.data.jobId, at: command.data.at, ownerId, call },
});
