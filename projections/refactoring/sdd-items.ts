import type { Projection } from '../../domain/kernel/projection.ts';
import type {
  SpecDrafted,
  SpecRevised,
  SpecUpdatedDuringExecution,
} from '../../domain/refactoring/job/events.ts';

/** Structure, types and dependencies that a revision asks for (SPC-02). */
export type SddItemRow = Readonly<{
  /** `{job_id}:{revision}:{index}`: ids are the author's and may repeat. */
  row_id: string;
  job_id: string;
  revision: number;
  index: number;
  item_id: string;
  topic: string;
  statement: string;
}>;

type SpecEvent = SpecDrafted | SpecRevised | SpecUpdatedDuringExecution;

const rowId = (event: SpecEvent, index: number): string =>
  `${event.data.jobId}:${event.data.revision}:${index}`;

export const sddItems: Projection<SddItemRow, SpecEvent> = {
  name: 'sdd-items',
  revision: 1,
  table: 'sdd_items',
  handles: ['SpecDrafted', 'SpecRevised', 'SpecUpdatedDuringExecution'],
  columns: {
    row_id: 'text',
    job_id: 'text',
    revision: 'int',
    index: 'int',
    item_id: 'text',
    topic: 'text',
    statement: 'text',
  },
  key: 'row_id',
  indexes: [['job_id', 'revision', 'index']],
  keysOf: (event) => event.data.specification.sdd.map((_item, index) => rowId(event, index)),
  evolve(_row, event, key) {
    const { jobId, revision, specification } = event.data;
    const index = Number(key.slice(key.lastIndexOf(':') + 1));
    const item = specification.sdd[index];
    return (
      item && {
        row_id: key,
        job_id: jobId,
        revision,
        index,
        item_id: item.id,
        topic: item.topic,
        statement: item.statement,
      }
    );
  },
};
