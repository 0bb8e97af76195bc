import { PERIODS_STREAM, type PeriodCommand, periods } from '../../domain/billing/periods.ts';
import type { CommandFile } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';

type Of<Type extends PeriodCommand['type']> = Extract<PeriodCommand, { type: Type }>;

const periodCommand = <Type extends PeriodCommand['type']>(type: Type): CommandFile<Of<Type>, unknown> => ({
  type: type as Of<Type>['type'],
  access: 'SYSTEM',
  route: null,
  async decide(command, { store }) {
    const { append } = await decideOn(store, periods, PERIODS_STREAM, command);
    return { appends: [append], answer: null };
  },
});

/** The books are closed on the machine that holds them: `iama finance`. */
export const periodCommands = {
  ClosePeriod: periodCommand('ClosePeriod'),
  RestatePeriod: periodCommand('RestatePeriod'),
  RecordExport: periodCommand('RecordExport'),
} as const;
