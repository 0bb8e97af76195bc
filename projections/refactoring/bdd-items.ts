import type { Projection } from '../../domain/kernel/projection.ts';
import {
  type ItemPlace,
  itemAt,
  keysOfItems,
  PLACE_COLUMNS,
  SPEC_EVENTS,
  type SpecEvent,
} from './spec-items.ts';

/** Behaviour that a revision promises, as given/when/then (SPC-02). */
export type BddItemRow = ItemPlace & Readonly<{ given: string; when: string; then: string }>;

export const bddItems: Projection<BddItemRow, SpecEvent> = {
  name: 'bdd-items',
  revision: 1,
  table: 'bdd_items',
  handles: SPEC_EVENTS,
  columns: { ...PLACE_COLUMNS, given: 'text', when: 'text', then: 'text' },
  key: 'row_id',
  indexes: [['job_id', 'revision', 'index']],
  keysOf: (event) => keysOfItems(event, event.data.specification.bdd),
  evolve(_row, event, key) {
    const found = itemAt(event, event.data.specification.bdd, key);
    if (found === undefined) return undefined;
    const { given, when, then } = found.item;
    return { ...found.place, given, when, then };
  },
};
