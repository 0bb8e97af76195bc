import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';
import type { ExportFormat } from './periods.ts';

/** An export that an operator asked for, from the request to its end; stream `finance-export-<id>` (BIL-14, BIL-17). */
type In<Type extends string, Data extends Record<string, unknown>> = Event<
  Type,
  Data & { exportId: string; at: string }
>;
export type ExportRequested = In<
  'ExportRequested',
  {
    period: string;
    format: ExportFormat;
    /** Of the period; null: the newest when it is written. */
    version: number | null;
    requestedBy: string;
  }
>;
/** Rows that are written so far. */
export type ExportProgressed = In<'ExportProgressed', { rows: number }>;
export type ExportCompleted = In<
  'ExportCompleted',
  { version: number; rows: number; manifestSha256: string }
>;
export type ExportFailed = In<'ExportFailed', { code: string; detail: string }>;
export type FinanceExportEvent = ExportRequested | ExportProgressed | ExportCompleted | ExportFailed;

export type RequestExport = Command<'RequestExport', ExportRequested['data']>;
export type ReportExportProgress = Command<'ReportExportProgress', ExportProgressed['data']>;
export type CompleteExport = Command<'CompleteExport', ExportCompleted['data']>;
export type FailExport = Command<'FailExport', ExportFailed['data']>;
export type FinanceExportCommand = RequestExport | ReportExportProgress | CompleteExport | FailExport;

type Order = Readonly<Omit<ExportRequested['data'], 'exportId'>>;
export type FinanceExportState =
  | Readonly<{ status: 'NONE' }>
  | Readonly<{ status: 'WRITING'; order: Order; rows: number }>
  | Readonly<{
      status: 'COMPLETED';
      order: Order;
      rows: number;
      version: number;
      manifestSha256: string;
      at: string;
    }>
  | Readonly<{ status: 'FAILED'; order: Order; rows: number; code: string; detail: string; at: string }>;

const evolve = (state: FinanceExportState, event: FinanceExportEvent): FinanceExportState => {
  if (event.type === 'ExportRequested') {
    const { exportId: _exportId, ...order } = event.data;
    return { status: 'WRITING', order, rows: 0 };
  }
  if (state.status === 'NONE') return state;
  const { order, rows } = state;
  switch (event.type) {
    case 'ExportProgressed':
      return { status: 'WRITING', order, rows: event.data.rows };
    case 'ExportCompleted': {
      const { version, rows: all, manifestSha256, at } = event.data;
      return { status: 'COMPLETED', order, rows: all, version, manifestSha256, at };
    }
    case 'ExportFailed': {
      const { code, detail, at } = event.data;
      return { status: 'FAILED', order, rows, code, detail, at };
    }
    default:
      return never(event);
  }
};

/** An attempt that began anew tells rows again that are known; what has ended stays as it ended. */
const decide = (command: FinanceExportCommand, state: FinanceExportState): FinanceExportEvent[] => {
  if (command.type === 'RequestExport')
    return state.status === 'NONE' ? [{ type: 'ExportRequested', data: command.data }] : [];
  if (state.status === 'NONE') throw new Rejection('EXPORT_NOT_FOUND', 'There is no such export.');
  if (state.status !== 'WRITING') return [];
  switch (command.type) {
    case 'ReportExportProgress':
      return command.data.rows <= state.rows ? [] : [{ type: 'ExportProgressed', data: command.data }];
    case 'CompleteExport':
      return [{ type: 'ExportCompleted', data: command.data }];
    case 'FailExport':
      return [{ type: 'ExportFailed', data: command.data }];
    default:
      return never(command);
  }
};

export const financeExport: Decider<FinanceExportState, FinanceExportCommand, FinanceExportEvent> = {
  initialState: () => ({ status: 'NONE' }),
  evolve,
  decide,
};

export const financeExportStream = (exportId: string): string => `finance-export-${exportId}`;
