import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { ask } from './testing/ask.ts';
import { givenWith, rejection, types, why } from './testing/given.ts';
import * as at from './testing/journey.ts';
import { artifact, base, clean, conditional, manifest, outcomes, proposal } from './testing/samples.ts';

const given = givenWith(deepStrictEqual);

describe('starting', () => {
  it('[JOB-02] refuses a second request and a start without files', () => {
    given(at.pending()).when(ask.request()).thenRejected('JOB_EXISTS');
    const journey = new at.Journey();
    journey.does(ask.request());
    given(journey).when(ask.start('FREE')).thenRejected('CONTEXT_REQUIRED');
  });

  it('[JOB-02] takes the same files a second time without another event, and other files with one', () => {
    given(at.pending()).when(ask.attach()).thenNothing();
    const other = { ...artifact('CONTEXT'), artifactId: 'other-files' };
    const data = { ...base, context: other, files: 2, bytes: 20, baseManifest: manifest };
    given(at.pending()).when({ type: 'AttachContext', data }).then({ type: 'ContextAttached', data });
  });

  it('[JOB-01] refuses to start without consent', () => {
    given(at.pending())
      .when(ask.start('FREE', { consentAt: null }))
      .thenRejected('CONSENT_REQUIRED');
  });

  it('[JOB-04] refuses to start over uncommitted changes without a choice, and names them', () => {
    const dirty = { ...clean, dirtyPaths: ['index.js'] };
    given(at.pending())
      .when(ask.start('FREE', { preflight: null }))
      .thenRejected('PREFLIGHT_REQUIRED');
    given(at.pending())
      .when(ask.start('FREE', { preflight: dirty }))
      .thenRejected('DIRTY_WORKSPACE_CHOICE_REQUIRED', {
        dirtyPaths: ['index.js'],
        choices: ['SAFE_MODE', 'CANCEL'],
      });
    expect(at.analysing('FREE', { preflight: { ...dirty, choice: 'SAFE_MODE' } }).state.status).toBe(
      'ANALYZING',
    );
  });

  it('[SPC-03] [BIL-02] refuses what the plan does not hold', () => {
    given(at.pending())
      .when(ask.start('FREE', { fastTrack: true }))
      .thenRejected('ENTITLEMENT_DENIED', { tier: 'FREE', feature: 'fastTrack' });
    given(at.pending())
      .when(ask.start('PRO', { preAuthorised: ['L3'] }))
      .thenRejected('ENTITLEMENT_DENIED', { tier: 'PRO', modelClasses: ['L3'] });
  });

  it('[SPC-04] reports the scope for ENTERPRISE only', () => {
    given(at.analysing('MAX')).when(ask.scope()).thenRejected('ENTITLEMENT_DENIED');
  });
});

describe('the specification', () => {
  it('[SPC-01] takes one of the proposals, once', () => {
    const journey = at.waitingStrategy();
    given(journey)
      .when({ type: 'SelectProposal', data: { ...base, proposalId: 'nope' } })
      .thenRejected('PROPOSAL_NOT_FOUND');
    given(journey).when(ask.draft()).thenRejected('PROPOSAL_NOT_SELECTED');
    journey.does(ask.select());
    given(journey).when(ask.select()).thenNothing();
    given(journey).when(ask.select('COMPREHENSIVE')).thenRejected('PROPOSAL_ALREADY_SELECTED');
  });

  it('[SPC-01] refuses a proposal whose condition was not accepted, on the fast track too', () => {
    const open = { proposalId: 'p-STANDARD', conditions: ['STRICT_MODE'] };
    for (const journey of [at.analysing(), at.analysing('PRO', { fastTrack: true, preAuthorised: ['L2'] })]) {
      journey.does(ask.proposals([conditional('STANDARD'), proposal('CONSERVATIVE')]));
      given(journey).when(ask.select()).thenRejected('CONDITION_NOT_ACCEPTED', open);
      given(journey).when(ask.select('STANDARD', [])).thenRejected('CONDITION_NOT_ACCEPTED', open);
      expect(types(journey.does(ask.select('CONSERVATIVE')))).toEqual(['ProposalSelected']);
    }
  });

  it('[SPC-01] records the condition that was accepted, and none where the proposal has none', () => {
    const chosen = { ...base, proposalId: 'p-STANDARD', strategy: 'STANDARD' } as const;
    const journey = at.analysing();
    journey.does(ask.proposals([conditional('STANDARD')]));
    given(journey)
      .when(ask.select('STANDARD', ['STRICT_MODE']))
      .then({ type: 'ProposalSelected', data: { ...chosen, accepted: ['STRICT_MODE'] } });
    given(at.waitingStrategy())
      .when(ask.select('STANDARD', ['STRICT_MODE']))
      .then({ type: 'ProposalSelected', data: chosen });
  });

  it('[SPC-01] ends for a condition that is declined, and records no other as declined than one that was asked for', () => {
    const ended = { ...why, forced: false, failureClass: 'USER_CANCELLED' } as const;
    const declining = { type: 'CancelJob', data: { ...why, declined: ['STRICT_MODE'] } } as const;
    for (const journey of [at.waitingStrategy(), at.waitingApproval(), at.analysing()])
      given(journey).when(declining).then({ type: 'JobCancelled', data: ended });
    const asked = at.analysing();
    asked.does(ask.proposals([conditional('STANDARD')]));
    given(asked)
      .when(declining)
      .then({ type: 'JobCancelled', data: { ...ended, declined: ['STRICT_MODE'] } });
    given(asked).when({ type: 'CancelJob', data: why }).then({ type: 'JobCancelled', data: ended });
  });

  it('[SPC-02] refuses a stale revision token and tells the current one', () => {
    const journey = at.waitingApproval();
    journey.does(ask.revise('t1', 't2', 's2'));
    const current = { revision: 2, revisionToken: 't2', specHash: 's2' };
    given(journey).when(ask.revise('t1', 't3')).thenRejected('SPEC_REVISION_CONFLICT', { current });
    given(journey).when(ask.approve('t1', 's2')).thenRejected('SPEC_REVISION_CONFLICT', { current });
  });

  it('[SPC-02] binds the approval to the text that was shown', () => {
    const journey = at.waitingApproval();
    given(journey).when(ask.approve('t1', 'other')).thenRejected('SPEC_HASH_MISMATCH');
    given(journey)
      .when(ask.approve())
      .then({ type: 'SpecApproved', data: { ...base, revision: 1, specHash: 's1', implicit: false } });
  });

  it('[SPC-03] records the implicit approval of the fast track', () => {
    const journey = at.waitingStrategy('PRO', { fastTrack: true });
    journey.does(ask.select());
    expect(journey.does(ask.draft()).at(-1)).toEqual({
      type: 'SpecApproved',
      data: { ...base, revision: 1, specHash: 's1', implicit: true },
    });
  });

  it('[SPC-02] invalidates the old token when it reopens', () => {
    const journey = at.baselineFailed();
    journey.does({ type: 'ReopenSpec', data: { ...base, reason: 'wrong', nextRevisionToken: 't2' } });
    given(journey).when(ask.approve('t1')).thenRejected('SPEC_REVISION_CONFLICT');
    expect(types(journey.does(ask.approve('t2')))).toEqual(['SpecApproved']);
  });

  it('[SPC-02] drops the work in flight when it changes during execution', () => {
    const journey = at.refactoring();
    journey.does(ask.attempt());
    journey.does(ask.patch(0));
    journey.does(ask.claim('e-0'));
    journey.does(ask.revise('t1', 't2'));
    expect(rejection(journey, ask.report('e-0', outcomes.testPassed))).toMatchObject({
      code: 'JOB_STATE_CONFLICT',
    });
    journey.does(ask.approve('t2', 's2'));
    journey.does(ask.plan('e-again'));
    given(journey).when(ask.report('e-0', outcomes.testPassed)).thenRejected('EXECUTION_NOT_OPEN');
  });
});
