import type { Pool } from 'pg';
import type { Row } from '../../domain/kernel/projection.ts';
import type { ReadTables } from '../../read-api/kernel/query.ts';
import { type ColumnSpec, columnsOf, fromText } from '../runtime/canonical-row.ts';

const TIMESTAMP = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

/** As text, in the one form that rows have everywhere (see `infra/runtime/canonical-row.ts`). */
const asText = ({ name, base }: ColumnSpec): string =>
  base === 'timestamptz' ? `to_char("${name}" at time zone 'UTC', ${TIMESTAMP})` : `"${name}"::text`;

/** Read tables of schema `read`, for queries. */
export const postgresReadTables = (pool: Pool): ReadTables => ({
  async select<R extends Row>(
    { table, columns }: Parameters<ReadTables['select']>[0],
    { where, values, order, limit }: Parameters<ReadTables['select']>[1],
  ): Promise<R[]> {
    const specs = columnsOf({ columns });
    const sorted = order === undefined ? '' : ` order by ${order}`;
    const limited = limit === undefined ? '' : ` limit ${Math.trunc(limit)}`;
    const { rows } = await pool.query<(string | null)[]>({
      text: `select ${specs.map(asText).join(', ')} from read."${table}" where ${where}${sorted}${limited}`,
      values: [...values],
      rowMode: 'array',
    });
    const toRow = (row: readonly (string | null)[]): Row =>
      Object.fromEntries(specs.map((spec, index) => [spec.name, fromText(spec, row[index] ?? null)]));
    // The columns of a projection are typed after its row.
    return rows.map((row) => toRow(row) as R);
  },
});
