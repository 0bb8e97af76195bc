import { z } from 'zod';
import {
  type FinanceExportCommand,
  financeExport,
  financeExportStream,
  type RequestExport,
} from '../../domain/billing/finance-export.ts';
import { EXPORT_FORMATS, PERIODS_STREAM, type PeriodEvent, periods } from '../../domain/billing/periods.ts';
import { fold } from '../../domain/kernel/decider.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';

/** A month as 2026-11. */
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);

/** BIL-14: written by a worker; what the period must be is asked at once, so that nobody waits for a refusal. */
export const requestExport: CommandFile<RequestExport, unknown> = {
  type: 'RequestExport',
  access: 'ADMIN_FINANCE',
  creates: true,
  route: route({
    method: 'POST',
    path: '/admin/finance/exports',
    summary: 'Write a closed month with its signed manifest, in the background',
    status: 202,
    body: z.strictObject({
      period: month,
      format: z.enum(EXPORT_FORMATS),
      version: z.int().positive().nullable().default(null).describe('null: the newest'),
    }),
    answer: z.object({ export_id: z.uuid(), status: z.literal('WRITING') }),
    command: ({ body, userId, at, newId }): RequestExport => ({
      type: 'RequestExport',
      data: { ...body, exportId: newId(), requestedBy: userId, at },
    }),
  }),
  async decide(command, { store }) {
    const { exportId, period, version } = command.data;
    const { events } = await store.read<PeriodEvent>(PERIODS_STREAM);
    const newest = fold(periods, events).versions[period];
    if (newest === undefined) throw new Rejection('PERIOD_OPEN', `The period ${period} is not closed.`);
    if (version !== null && version > newest)
      throw new Rejection('VERSION_UNKNOWN', `The period ${period} has no version ${version}.`);
    const { append } = await decideOn(store, financeExport, financeExportStream(exportId), command);
    return { appends: [append], answer: { export_id: exportId, status: 'WRITING' } };
  },
};

type Of<Type extends FinanceExportCommand['type']> = Extract<FinanceExportCommand, { type: Type }>;

const byTheSystem = <Type extends FinanceExportCommand['type']>(
  type: Type,
): CommandFile<Of<Type>, unknown> => ({
  type: type as Of<Type>['type'],
  access: 'SYSTEM',
  route: null,
  async decide(command, { store }) {
    const stream = financeExportStream(command.data.exportId);
    const { append } = await decideOn(store, financeExport, stream, command);
    return { appends: [append], answer: null };
  },
});

/** Of the worker that writes it. */
export const exportProgress = {
  ReportExportProgress: byTheSystem('ReportExportProgress'),
  CompleteExport: byTheSystem('CompleteExport'),
  FailExport: byTheSystem('FailExport'),
} as const;
