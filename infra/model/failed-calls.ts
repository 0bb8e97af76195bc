import { randomUUID } from 'node:crypto';
import { execute } from '../../commands/kernel/execute.ts';
import { systemCommands } from '../../commands/refactoring/system-commands.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { RecordFailedCall } from '../../domain/refactoring/job/commands.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';

/**
 * Tells the log of a call that came to nothing, at once, because whoever asked may be asked again or another gateway may answer: what
 * is answered is told with the outcome that it leads to.
 */
export interface FailedCalls {
  record(jobId: string, call: ModelCall): Promise<void>;
}

export const failedCalls = (store: StreamStore, now: () => Date): FailedCalls => ({
  async record(jobId, call) {
    const command: RecordFailedCall = {
      type: 'RecordFailedCall',
      data: { jobId, at: now().toISOString(), call },
    };
    const commandId = randomUUID();
    const actor = { type: 'system', id: 'model-router' } as const;
    const context = { commandId, correlationId: jobId, causationId: commandId, actor };
    await execute(systemCommands.RecordFailedCall, command, store, {}, { context });
  },
});
