import { logReads, logReadsStream, type RecordLogRead } from '../../domain/operations/log-read.ts';
import type { CommandFile } from '../kernel/command.ts';

/** Sent before an operator is told anything (OPS-02). */
export const recordLogRead: CommandFile<RecordLogRead, unknown> = {
  type: 'RecordLogRead',
  access: 'SYSTEM',
  route: null,
  async decide(command) {
    const events = logReads.decide(command, null);
    const streamName = logReadsStream(command.data.by);
    return { appends: [{ streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }], answer: null };
  },
};
