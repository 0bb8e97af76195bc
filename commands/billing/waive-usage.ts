import { usage, usageStream, type WaiveUsage } from '../../domain/billing/usage.ts';
import type { CommandFile } from '../kernel/command.ts';

export const waiveUsage: CommandFile<WaiveUsage, unknown> = {
  type: 'WaiveUsage',
  access: 'SYSTEM',
  route: null,
  naturalKey: (command) => `waive:${command.data.entryKey}`,
  async decide(command) {
    const streamName = usageStream(command.data.userId);
    const events = usage.decide(command, null);
    return {
      appends: [{ streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }],
      answer: null,
    };
  },
};
