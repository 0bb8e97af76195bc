import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { projectionSpecification } from '../../domain/kernel/projection.ts';
import { bddItems } from './bdd-items.ts';
import { sddItems } from './sdd-items.ts';
import { specRevisions } from './spec-revisions.ts';
import { AT, JOB, LATER, made, toldTo } from './testing/job-events.ts';

describe('spec_revisions', () => {
  const given = projectionSpecification(specRevisions, deepStrictEqual);
  const first = {
    revision_id: `${JOB}:1`,
    job_id: JOB,
    revision: 1,
    spec_hash: 'h1',
    bdd_items: 1,
    sdd_items: 2,
    during_execution: false,
    created_at: AT,
    approved_at: null,
    approved_implicitly: null,
  };

  it('has no row for the approval of a revision that was never written', () => {
    given(...toldTo(specRevisions, made.approved)).then([]);
  });

  it('[SPC-02] keeps every revision and when which was approved', () => {
    given(...toldTo(specRevisions, made.drafted, made.revised)).then([
      first,
      { ...first, revision_id: `${JOB}:2`, revision: 2, spec_hash: 'h2', bdd_items: 0 },
    ]);
    given(...toldTo(specRevisions, made.drafted))
      .when(...toldTo(specRevisions, made.approved))
      .then([{ ...first, approved_at: LATER, approved_implicitly: false }]);
  });
});

describe('bdd_items and sdd_items', () => {
  const sdd = (revision: number, index: number, topic: string, statement: string) => ({
    row_id: `${JOB}:${revision}:${index}`,
    job_id: JOB,
    revision,
    index,
    item_id: `s${index + 1}`,
    topic,
    statement,
  });

  it('[SPC-02] have no row for a revision without items', () => {
    projectionSpecification(bddItems, deepStrictEqual)(...toldTo(bddItems, made.revised)).then([]);
  });

  it('[SPC-02] have a row per item and revision', () => {
    projectionSpecification(
      bddItems,
      deepStrictEqual,
    )(...toldTo(bddItems, made.drafted)).then([
      {
        row_id: `${JOB}:1:0`,
        job_id: JOB,
        revision: 1,
        index: 0,
        item_id: 'b1',
        given: 'g',
        when: 'w',
        then: 't',
      },
    ]);
    projectionSpecification(
      sddItems,
      deepStrictEqual,
    )(...toldTo(sddItems, made.drafted, made.revised)).then([
      sdd(1, 0, 'TYPES', 'typed'),
      sdd(1, 1, 'STRUCTURE', 'split'),
      sdd(2, 0, 'TYPES', 'typed'),
      sdd(2, 1, 'STRUCTURE', 'split'),
    ]);
  });
});
