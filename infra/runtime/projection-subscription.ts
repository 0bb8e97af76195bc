import type { Positioned } from '../../domain/kernel/message.ts';
import type { AnyProjection, Row } from '../../domain/kernel/projection.ts';
import { canonicalRow, canonicalText } from './canonical-row.ts';
import { ProjectionTable } from './projection-table.ts';
import type { Subscription } from './subscription.ts';

/** Each revision has checkpoints of its own: it is built from the start of the log. */
export const projectionSubscriptionId = (projection: Pick<AnyProjection, 'name' | 'revision'>): string =>
  `${projection.name}@${projection.revision}`;

/** The keys of the rows that an event touches, as the table can hold them, each once. */
export const rowKeysOf = (projection: AnyProjection, event: Positioned): readonly string[] => [
  ...new Set(projection.keysOf(event).map(canonicalText)),
];

/** `evolve` as the database would keep its result. */
export const evolveRow = (
  projection: AnyProjection,
  table: ProjectionTable,
  row: Row | undefined,
  event: Positioned,
  key: string,
): Row | undefined => {
  const next = projection.evolve(row, event, key);
  if (next === undefined || next === row) return next;
  return canonicalRow(table.columns, key, table.key, next);
};

/** Applies events to the live table, in the transaction of the checkpoint. A lane is the key of a row. */
export const projectionSubscription = (projection: AnyProjection, partitions: number): Subscription => {
  const table = new ProjectionTable(projection);
  return {
    id: projectionSubscriptionId(projection),
    revision: projection.revision,
    partitions,
    handles: new Set(projection.handles),
    lanesOf: (event) => rowKeysOf(projection, event),
    handle: async (deliveries, client) => {
      const rows: Map<string, Row | undefined> = await table.select(client, [
        ...new Set(deliveries.map(({ lane }) => lane)),
      ]);
      const touched = new Set<string>();
      for (const { event, lane } of deliveries) {
        const before = rows.get(lane);
        const after = evolveRow(projection, table, before, event, lane);
        if (after === before) continue;
        rows.set(lane, after);
        touched.add(lane);
      }
      const upserts: Row[] = [];
      const deletes: string[] = [];
      for (const key of touched) {
        const row = rows.get(key);
        if (row === undefined) deletes.push(key);
        else upserts.push(row);
      }
      await table.upsert(client, upserts);
      await table.delete(client, deletes);
    },
  };
};
