import type { Projection } from '../../domain/kernel/projection.ts';
import type {
  SpecDrafted,
  SpecRevised,
  SpecUpdatedDuringExecution,
} from '../../domain/refactoring/job/events.ts';

/** Behaviour that a revision promises, as given/when/then (SPC-02). */
export type BddItemRow = Readonly<{
  /** `{job_id}:{revision}:{index}`: ids are the author's and may repeat. */
  row_id: string;
  job_id: string;
  revision: number;
  index: number;
  item_id: string;
  given: string;
  when: string;
  then: string;
}>;

type SpecEvent = SpecDrafted | SpecRevised | SpecUpdatedDuringExecution;

const rowId = (event: SpecEvent, index: number): string =>
  `${event.data.jobId}:${event.data.revision}:${index}`;

export const bddItems: Projection<BddItemRow, SpecEvent> = {
  name: 'bdd-items',
  revision: 1,
  table: 'bdd_items',
  handles: ['SpecDrafted', 'SpecRevised', 'SpecUpdatedDuringExecution'],
  columns: {
    row_id: 'text',
    job_id: 'text',
    revision: 'int',
    index: 'int',
    item_id: 'text',
    given: 'text',
    when: 'text',
    then: 'text',
  },
  key: 'row_id',
  indexes: [['job_id', 'revision', 'index']],
  keysOf: (event) => event.data.specification.bdd.map((_item, index) => rowId(event, index)),
  evolve(_row, event, key) {
    const { jobId, revision, specification } = event.data;
    const index = Number(key.slice(key.lastIndexOf(':') + 1));
    const item = specification.bdd[index];
    return (
      item && {
        row_id: key,
        job_id: jobId,
        revision,
        index,
        item_id: item.id,
        given: item.given,
        when: item.when,
        then: item.then,
      }
    );
  },
};
