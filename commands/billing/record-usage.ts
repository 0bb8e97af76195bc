import { type RecordUsage, usage, usageStream } from '../../domain/billing/usage.ts';
import type { CommandFile } from '../kernel/command.ts';

export const recordUsage: CommandFile<RecordUsage, unknown> = {
  type: 'RecordUsage',
  access: 'SYSTEM',
  route: null,
  naturalKey: (command) => `usage:${command.data.entryKey}`,
  async decide(command) {
    const streamName = usageStream(command.data.userId);
    const events = usage.decide(command, null);
    return {
      appends: [{ streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }],
      answer: null,
    };
  },
};
