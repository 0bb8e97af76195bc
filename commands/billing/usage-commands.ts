import { type UsageCommand, usage, usageStream } from '../../domain/billing/usage.ts';
import type { CommandFile } from '../kernel/command.ts';

type Of<Type extends UsageCommand['type']> = Extract<UsageCommand, { type: Type }>;

/** `once` begins the key under which an entry has this effect a single time, for ever. */
const usageCommand = <Type extends UsageCommand['type']>(
  type: Type,
  once: string,
): CommandFile<Of<Type>, unknown> => ({
  type: type as Of<Type>['type'],
  access: 'SYSTEM',
  route: null,
  naturalKey: (command) => `${once}:${command.data.entryKey}`,
  async decide(command) {
    const streamName = usageStream(command.data.userId);
    const events = usage.decide(command, null);
    return {
      appends: [{ streamName, events, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }],
      answer: null,
    };
  },
});

/** Entries of the usage ledger and what takes their charge back; only the metering sends them. */
export const usageCommands = {
  RecordUsage: usageCommand('RecordUsage', 'usage'),
  WaiveUsage: usageCommand('WaiveUsage', 'waive'),
} as const;
