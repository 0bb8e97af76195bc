import type { Projection } from '../../domain/kernel/projection.ts';
import {
  type ItemPlace,
  itemAt,
  keysOfItems,
  PLACE_COLUMNS,
  SPEC_EVENTS,
  type SpecEvent,
} from './spec-items.ts';

/** Structure, types and dependencies that a revision asks for (SPC-02). */
export type SddItemRow = ItemPlace & Readonly<{ topic: string; statement: string }>;

export const sddItems: Projection<SddItemRow, SpecEvent> = {
  name: 'sdd-items',
  revision: 1,
  table: 'sdd_items',
  handles: SPEC_EVENTS,
  columns: { ...PLACE_COLUMNS, topic: 'text', statement: 'text' },
  key: 'row_id',
  indexes: [['job_id', 'revision', 'index']],
  keysOf: (event) => keysOfItems(event, event.data.specification.sdd),
  evolve(_row, event, key) {
    const found = itemAt(event, event.data.specification.sdd, key);
    if (found === undefined) return undefined;
    const { topic, statement } = found.item;
    return { ...found.place, topic, statement };
  },
};
