import { asItIs, type Upcaster } from '../../kernel/upcasting.ts';
import type { KeptBaseline } from './values.ts';

const NOTHING_KEPT: KeptBaseline = { report: null, lockedHashes: null, tests: 0 };

/** Events of the job that were stored in another shape before (ES-08). */
export const JOB_UPCASTERS: readonly (readonly [type: string, steps: readonly Upcaster[]])[] = [
  // The hashes themselves stood in the event before there was a manifest; nobody reads them.
  ['ContextAttached', [({ baseHashes: _, baseManifest = null, ...rest }) => ({ ...rest, baseManifest })]],
  // Before tests were counted: later runs must pass as many as none.
  ['BaselinePassed', [({ tests = 0, ...rest }) => ({ ...rest, tests })]],
  // Before an override kept what the failed baseline had left.
  ['BaselineOverridden', [({ kept = NOTHING_KEPT, ...rest }) => ({ ...rest, kept })]],
  // Before a stage ahead of the first patch could ask.
  ['EscalationConfirmed', [({ resumes = 'REFACTORING', ...rest }) => ({ ...rest, resumes })]],
  // Since version 2 a call may have been stopped; before, none of these was told of. Since version 3 it may
  // have been lost, and it says under which key it was reserved and what its route is at fault for.
  ['ModelCalled', [asItIs, asItIs]],
  // How tests are made could not be chosen, and was never a black box.
  ['JobStarted', [asItIs]],
  ['DeliveryAccepted', [asItIs]],
  // A proposal had no conditions, and so there was none to accept.
  ['ProposalsGenerated', [asItIs]],
  ['ProposalSelected', [asItIs]],
  // It did not say which conditions were declined.
  ['JobCancelled', [asItIs]],
];
