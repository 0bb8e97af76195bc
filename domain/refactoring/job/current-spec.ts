import type { JobEvent, SpecDrafted, SpecRevised, SpecUpdatedDuringExecution } from './events.ts';
import type { SpecRevision } from './state.ts';
import type { Specification } from './values.ts';

/** A specification with its text: the decider itself remembers the revision only. */
export type CurrentSpec = SpecRevision & Readonly<{ specification: Specification; approved: boolean }>;

type Written = SpecDrafted | SpecRevised | SpecUpdatedDuringExecution;
const isWritten = (event: JobEvent): event is Written =>
  event.type === 'SpecDrafted' || event.type === 'SpecRevised' || event.type === 'SpecUpdatedDuringExecution';

/** The newest text, with the token that a change must carry. Reopening gives a new token to the same text. */
export const currentSpec = (events: readonly JobEvent[]): CurrentSpec | null => {
  const at = events.findLastIndex(isWritten);
  const written = events[at];
  if (written === undefined || !isWritten(written)) return null;
  const later = events.slice(at + 1);
  const reopened = later.findLast((event) => event.type === 'SpecReopened');
  const settled = later.findLast((event) => event.type === 'SpecReopened' || event.type === 'SpecApproved');
  return {
    revision: written.data.revision,
    revisionToken: reopened?.data.revisionToken ?? written.data.revisionToken,
    specHash: written.data.specHash,
    specification: written.data.specification,
    approved: settled?.type === 'SpecApproved',
  };
};
