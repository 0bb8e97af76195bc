import { createHash } from 'node:crypto';
import { type AnswerOf, addressOf, caller } from './call.ts';
import { followEvents } from './follow.ts';
import type { Http } from './http.ts';
import { ArtifactDamaged } from './problem.ts';
import type { SseEvent } from './sse.ts';
import type * as wire from './wire.ts';

export type Client = ReturnType<typeof createClient>;

/** What the command line and the executor ask of the API, in their own words; `call` is every operation there is. */
export const createClient = (http: Http) => {
  const call = caller(http);
  const of = (jobId: string) => ({ path: { job_id: jobId } });
  const ofExecution = (jobId: string, executionId: string) => ({
    path: { job_id: jobId, execution_id: executionId },
  });

  return {
    server: http.server,
    call,

    consent: () => call('GiveConsent', { body: { data_processing: true, zero_training: true } }),
    /** Asked again with the same `key`, it is the same job. */
    requestJob: (job: wire.JobRequest, key?: string) =>
      call('RequestJob', { body: job }, key === undefined ? {} : { key }),
    attachContext: (jobId: string, body: wire.ContextRequest) =>
      call('AttachContext', { ...of(jobId), body }, { isLarge: true }),
    uploadContextPart: async (jobId: string, body: wire.ContextPart): Promise<wire.ArtifactRef> =>
      (await call('UploadContextPart', { ...of(jobId), body }, { isLarge: true })).artifact,
    start: (jobId: string, body: wire.StartRequest) => call('StartJob', { ...of(jobId), body }),

    job: (jobId: string, signal?: AbortSignal): Promise<wire.JobView> =>
      call('GetJob', of(jobId), signal ? { signal } : {}),
    jobs: async (): Promise<readonly wire.JobView[]> => (await call('ListJobs', {})).jobs,

    /** Everything that happened to the job, in order. */
    events: async (jobId: string): Promise<readonly wire.JobEventView[]> => {
      const all: wire.JobEventView[] = [];
      for (let after = 0; ; ) {
        const page: AnswerOf<'GetJobEvents'> = await call('GetJobEvents', {
          ...of(jobId),
          query: { after: String(after) },
        });
        all.push(...page.events);
        if (page.events.length === 0 || page.next_after === after) return all;
        after = page.next_after;
      }
    },

    follow: (jobId: string, lastEventId: string | null, signal: AbortSignal): AsyncGenerator<SseEvent> =>
      followEvents(http, addressOf('FollowJob', of(jobId)), { lastEventId, signal }),
    heartbeat: (jobId: string, signal?: AbortSignal) =>
      call('SendHeartbeat', of(jobId), signal ? { signal } : {}),

    proposals: (jobId: string) => call('GetProposals', of(jobId)),
    /** `accepted`: conditions of the proposal that the person takes. */
    selectProposal: (
      jobId: string,
      proposalId: string,
      accepted: NonNullable<wire.Proposal['conditions']> = [],
    ) =>
      call('SelectProposal', {
        ...of(jobId),
        body: {
          proposal_id: proposalId,
          ...(accepted.length === 0 ? {} : { accepted_conditions: accepted }),
        },
      }),
    spec: (jobId: string): Promise<wire.SpecView> => call('GetSpec', of(jobId)),
    approveSpec: (jobId: string, spec: Pick<wire.SpecView, 'revision_token' | 'spec_hash'>) => {
      const { revision_token, spec_hash } = spec;
      return call('ApproveSpec', { ...of(jobId), body: { revision_token, spec_hash } });
    },

    delivery: (jobId: string): Promise<wire.DeliveryView> => call('GetDelivery', of(jobId)),
    /** `uncovered`: how many behaviours without a test are acknowledged. */
    acceptDelivery: (jobId: string, selection: wire.SelectionWire, uncovered = 0) =>
      call('AcceptDelivery', {
        ...of(jobId),
        body: { selection, ...(uncovered === 0 ? {} : { acknowledged_uncovered: uncovered }) },
      }),
    applyDelivery: (jobId: string, waiveRetest = false) =>
      call('ApplyDelivery', { ...of(jobId), body: { waive_retest: waiveRetest } }),
    revertDelivery: (jobId: string) => call('RevertDelivery', of(jobId)),
    /** `declined`: conditions that the person does not take, and ends the job for. */
    cancel: (jobId: string, declined: NonNullable<wire.Proposal['conditions']> = []) =>
      call('CancelJob', {
        ...of(jobId),
        ...(declined.length === 0 ? {} : { body: { declined_conditions: declined } }),
      }),

    claim: (jobId: string, executionId: string, claimant: string): Promise<wire.Claim> =>
      call('ClaimExecution', { ...ofExecution(jobId, executionId), body: { claimant } }),

    /** The plain bytes, checked against the hash of the reference. */
    artifact: async (jobId: string, ref: wire.ArtifactRef): Promise<Uint8Array> => {
      const path = addressOf('DownloadArtifact', {
        path: { job_id: jobId, artifact_id: ref.artifact_id },
      });
      const response = await http.send({ method: 'GET', path });
      const bytes = new Uint8Array(await response.arrayBuffer());
      const hash = createHash('sha256').update(bytes).digest('hex');
      if (hash !== ref.sha256) throw new ArtifactDamaged(ref.artifact_id);
      return bytes;
    },
    upload: async (
      jobId: string,
      executionId: string,
      taskToken: string,
      kind: wire.ArtifactKind,
      bytes: Uint8Array,
    ): Promise<wire.ArtifactRef> => {
      const request = { ...ofExecution(jobId, executionId), query: { kind } };
      return (await call('UploadArtifact', request, { taskToken, bytes })).artifact;
    },
    progress: (
      jobId: string,
      executionId: string,
      taskToken: string,
      body: Readonly<{ lines: readonly string[]; percent?: number }>,
    ) => call('WriteLogLines', { ...ofExecution(jobId, executionId), body }, { taskToken }),
    report: (jobId: string, executionId: string, taskToken: string, outcome: wire.Outcome) =>
      call('ReportExecution', { ...of(jobId), body: { execution_id: executionId, outcome } }, { taskToken }),
  };
};

/** Registration and login, which need no token. */
export const signIn = (
  http: Http,
  how: 'RegisterUser' | 'SignIn',
  credentials: Readonly<{ email: string; password: string }>,
): Promise<wire.Session> => caller(http)(how, { body: credentials });
