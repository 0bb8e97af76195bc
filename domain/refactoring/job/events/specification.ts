import type { ArtifactRef, Condition, Omitted, Proposal, Specification, StrategyName } from '../values.ts';
import type { In } from './in.ts';

/** Analysis, proposals and the specification. */

export type ScopeAnalysed = In<'ScopeAnalysed', { report: ArtifactRef }>;
export type ProposalsGenerated = In<
  'ProposalsGenerated',
  { analysis: ArtifactRef; proposals: readonly Proposal[]; notes: readonly string[] }
>;
export type JobRefused = In<
  'JobRefused',
  {
    reasons: readonly Readonly<{ code: string; path: string | null; line: number | null; reason: string }>[];
  } & Omitted
>;
export type ProposalSelected = In<
  'ProposalSelected',
  {
    proposalId: string;
    strategy: StrategyName;
    /** Its conditions, which the person accepted; absent: it has none. */
    accepted?: readonly Condition[];
  }
>;
export type SpecDrafted = In<
  'SpecDrafted',
  { revision: number; revisionToken: string; specHash: string; specification: Specification }
>;
export type SpecRevised = In<
  'SpecRevised',
  { revision: number; revisionToken: string; specHash: string; specification: Specification }
>;
export type SpecApproved = In<'SpecApproved', { revision: number; specHash: string; implicit: boolean }>;
export type SpecReopened = In<'SpecReopened', { reason: string; revisionToken: string }>;
export type SpecUpdatedDuringExecution = In<
  'SpecUpdatedDuringExecution',
  { revision: number; revisionToken: string; specHash: string; specification: Specification }
>;
