import { z } from 'zod';
import { EXPORT_FORMATS, PERIODS_STREAM, type PeriodEvent } from '../../domain/billing/periods.ts';
import { jsonQuery } from '../kernel/query.ts';

const period = z.string();
const version = z.int();
const at = z.iso.datetime();

/** BIL-14, BIL-16: what was closed, restated and given out, in the order in which it was. */
export const listPeriods = jsonQuery({
  name: 'ListPeriods',
  access: 'ADMIN_FINANCE',
  path: '/admin/finance/periods',
  summary: 'Closed months with their versions, and what was given out of them',
  query: z.object({}),
  answer: z.object({
    versions: z.array(z.object({ period, version, reason: z.string().nullable(), at })),
    exports: z.array(
      z.object({
        period,
        version,
        format: z.enum(EXPORT_FORMATS),
        rows: z.int(),
        manifest_sha256: z.string(),
        at,
      }),
    ),
  }),
  async run(_request, { store }) {
    const { events } = await store.read<PeriodEvent>(PERIODS_STREAM);
    const versions = events
      .filter((event) => event.type !== 'PeriodExported')
      .map(({ type, data }) => {
        const [made, reason] = type === 'PeriodClosed' ? [1, null] : [data.version, data.reason];
        return { period: data.period, version: made, reason, at: data.at };
      });
    const exports = events
      .filter((event) => event.type === 'PeriodExported')
      .map(({ data: { manifestSha256, signed: _signed, ...data } }) => ({
        ...data,
        manifest_sha256: manifestSha256,
      }));
    return { versions, exports };
  },
});
