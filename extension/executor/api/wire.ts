import type { AnswerOf } from './call.ts';
import type { Requests } from './generated/operations.gen.ts';
import type { DeepReadonly } from './readonly.ts';

/** Names for what travels between this machine and the API; the shapes follow from the OpenAPI document. */

export type Session = DeepReadonly<AnswerOf<'SignIn'>>;
export type JobRequest = DeepReadonly<Requests['RequestJob']['body']>;
export type ContextRequest = DeepReadonly<Requests['AttachContext']['body']>;
export type ContextPart = DeepReadonly<Requests['UploadContextPart']['body']>;
export type StartRequest = DeepReadonly<Requests['StartJob']['body']>;

export type JobView = DeepReadonly<AnswerOf<'GetJob'>>;
export type JobEventView = DeepReadonly<AnswerOf<'GetJobEvents'>>['events'][number];
export type Proposal = DeepReadonly<AnswerOf<'GetProposals'>>['proposals'][number];
export type SpecView = DeepReadonly<AnswerOf<'GetSpec'>>;
export type Specification = DeepReadonly<Requests['ReviseSpec']['body']['specification']>;
export type DeliveryView = DeepReadonly<AnswerOf<'GetDelivery'>>;
/** `'ALL'`, or files by path and hunks by id. */
export type SelectionWire = DeepReadonly<Requests['AcceptDelivery']['body']['selection']>;

export type Claim = DeepReadonly<AnswerOf<'ClaimExecution'>>;
export type ExecutionKind = Claim['execution']['kind'];
export type ArtifactRef = Claim['execution']['artifacts'][number];
export type ArtifactKind = ArtifactRef['kind'];
export type FileHashes = Claim['execution']['locked_hashes'];

/** What an execution ends with; artifacts were uploaded before. */
export type Outcome = DeepReadonly<Requests['ReportExecution']['body']['outcome']>;
export type Counts = Extract<Outcome, { kind: 'TEST'; status: 'PASSED' }>['counts'];
export type Coverage = Extract<Outcome, { kind: 'BASELINE'; status: 'PASSED' }>['coverage'];
export type Ratio = Coverage['branches'];
