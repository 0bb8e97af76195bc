import { z } from 'zod';
import {
  type FinanceExportEvent,
  financeExport,
  financeExportStream,
} from '../../domain/billing/finance-export.ts';
import { EXPORT_FORMATS } from '../../domain/billing/periods.ts';
import { fold } from '../../domain/kernel/decider.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { fileQuery, jsonQuery, type ReadServices } from '../kernel/query.ts';

/** Throws `Rejection` EXPORT_NOT_FOUND. */
const exportOf = async (exportId: string, store: ReadServices['store']) => {
  const { events } = await store.read<FinanceExportEvent>(financeExportStream(exportId));
  const state = fold(financeExport, events);
  if (state.status === 'NONE') throw new Rejection('EXPORT_NOT_FOUND', 'There is no such export.');
  return state;
};

/** BIL-14, BIL-17: how far an export is, and what it came to. */
export const getFinanceExport = jsonQuery({
  name: 'GetFinanceExport',
  access: 'ADMIN_FINANCE',
  path: '/admin/finance/exports/:export_id',
  summary: 'How far an export is, and what it came to',
  query: z.object({}),
  answer: z.object({
    export_id: z.uuid(),
    period: z.string(),
    format: z.enum(EXPORT_FORMATS),
    version: z.int().nullable().describe('null: not known yet'),
    status: z.enum(['WRITING', 'COMPLETED', 'FAILED']),
    rows: z.int().describe('Written so far'),
    manifest_sha256: z.string().nullable(),
    folder: z.string().nullable().describe('Below the data folder; null: nothing is there yet'),
    failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
    requested_by: z.string(),
    requested_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable(),
  }),
  async run({ param }, { store }) {
    const exportId = param('export_id');
    const state = await exportOf(exportId, store);
    const { status, rows, order } = state;
    const isDone = state.status === 'COMPLETED';
    return {
      export_id: exportId,
      period: order.period,
      format: order.format,
      version: isDone ? state.version : order.version,
      status,
      rows,
      manifest_sha256: isDone ? state.manifestSha256 : null,
      folder: isDone ? `finance/exports/${exportId}` : null,
      failure: state.status === 'FAILED' ? { code: state.code, detail: state.detail } : null,
      requested_by: order.requestedBy,
      requested_at: order.at,
      ended_at: state.status === 'WRITING' ? null : state.at,
    };
  },
});

/**
 * The folder of an export file by file: what is downloaded verifies offline as it is (`iama finance verify`). It names people,
 * so each download is an event by who asked, before anything is told (OPS-02).
 */
export const downloadFinanceExport = fileQuery({
  name: 'DownloadFinanceExport',
  access: 'ADMIN_FINANCE',
  path: '/admin/finance/exports/:export_id/files/:name',
  summary: 'A file of an export: manifest.json, or one that it names; whole, or a range of bytes',
  async run({ userId: by, param }, { store, exportFiles, audit }) {
    const [exportId, name] = [param('export_id'), param('name')];
    await audit.record({ by, what: 'EXPORT_FILE', subject: `${exportId}/${name}` });
    const state = await exportOf(exportId, store);
    if (state.status !== 'COMPLETED')
      throw new Rejection('EXPORT_NOT_COMPLETED', 'The export is not written.', { status: state.status });
    return exportFiles.find({ exportId, manifestSha256: state.manifestSha256 }, name);
  },
});
