import type { Projection } from '../../domain/kernel/projection.ts';
import type {
  SpecApproved,
  SpecDrafted,
  SpecRevised,
  SpecUpdatedDuringExecution,
} from '../../domain/refactoring/job/events.ts';

/** One revision of a job's specification (SPC-02). Its items are rows of `bdd_items` and `sdd_items`. */
export type SpecRevisionRow = Readonly<{
  /** `{job_id}:{revision}`. */
  revision_id: string;
  job_id: string;
  revision: number;
  spec_hash: string;
  bdd_items: number;
  sdd_items: number;
  /** Written while the job executed, so that its work in flight was cancelled. */
  during_execution: boolean;
  created_at: string;
  approved_at: string | null;
  approved_implicitly: boolean | null;
}>;

type SpecEvent = SpecDrafted | SpecRevised | SpecUpdatedDuringExecution | SpecApproved;

export const specRevisions: Projection<SpecRevisionRow, SpecEvent> = {
  name: 'spec-revisions',
  revision: 1,
  table: 'spec_revisions',
  handles: ['SpecDrafted', 'SpecRevised', 'SpecUpdatedDuringExecution', 'SpecApproved'],
  columns: {
    revision_id: 'text',
    job_id: 'text',
    revision: 'int',
    spec_hash: 'text',
    bdd_items: 'int',
    sdd_items: 'int',
    during_execution: 'boolean',
    created_at: 'timestamptz',
    approved_at: 'timestamptz?',
    approved_implicitly: 'boolean?',
  },
  key: 'revision_id',
  indexes: [['job_id', 'revision']],
  keysOf: (event) => [`${event.data.jobId}:${event.data.revision}`],
  evolve(row, event, key) {
    if (event.type === 'SpecApproved') {
      const { at, implicit } = event.data;
      return row && { ...row, approved_at: at, approved_implicitly: implicit };
    }
    const { jobId, revision, specHash, specification, at } = event.data;
    return {
      revision_id: key,
      job_id: jobId,
      revision,
      spec_hash: specHash,
      bdd_items: specification.bdd.length,
      sdd_items: specification.sdd.length,
      during_execution: event.type === 'SpecUpdatedDuringExecution',
      created_at: at,
      approved_at: null,
      approved_implicitly: null,
    };
  },
};
