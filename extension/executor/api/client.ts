import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { followEvents } from './follow.ts';
import type { Http, Method } from './http.ts';
import type { SseEvent } from './sse.ts';
import * as wire from './wire.ts';

const compress = promisify(gzip);

export type Client = ReturnType<typeof createClient>;

/** The API of docs/reference/http-protocol.md, one function per request. Answers are checked when they arrive. */
export const createClient = (http: Http) => {
  const ask = async (
    method: Method,
    path: string,
    body?: unknown,
    more: Readonly<{ headers?: Readonly<Record<string, string>>; signal?: AbortSignal }> = {},
  ): Promise<unknown> => {
    const response = await http.send({ method, path, ...(body === undefined ? {} : { body }), ...more });
    const text = await response.text();
    return text === '' ? null : (JSON.parse(text) as unknown);
  };
  const withToken = (taskToken: string) => ({ headers: { 'x-task-token': taskToken } });
  const executionPath = (jobId: string, executionId: string): string =>
    `/jobs/${jobId}/executions/${executionId}`;

  return {
    server: http.server,

    consent: () => ask('POST', '/account/consent', { data_processing: true, zero_training: true }),

    requestJob: async (
      job: Readonly<{
        goal: string;
        goal_text?: string;
        targets: readonly string[];
        mode: string;
        title: string;
      }>,
    ) => wire.jobAnswer.parse(await ask('POST', '/jobs', job)),

    attachContext: async (
      jobId: string,
      body: Readonly<{ context: unknown; base_hashes: Readonly<Record<string, string>> }>,
    ): Promise<void> => {
      const packed = new Uint8Array(await compress(JSON.stringify(body)));
      await ask('POST', `/jobs/${jobId}/context`, packed, {
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      });
    },

    start: async (jobId: string, body: unknown) =>
      wire.jobAnswer.parse(await ask('POST', `/jobs/${jobId}/start`, body)),

    job: async (jobId: string, signal?: AbortSignal): Promise<wire.JobView> =>
      wire.jobView.parse(await ask('GET', `/jobs/${jobId}`, undefined, signal ? { signal } : {})),

    jobs: async (): Promise<readonly wire.JobView[]> => wire.jobList.parse(await ask('GET', '/jobs')).jobs,

    /** Everything that happened to the job, in order. */
    events: async (jobId: string): Promise<readonly wire.JobEventView[]> => {
      const page = z.looseObject({ events: z.array(wire.jobEvent), next_after: z.number() });
      const all: wire.JobEventView[] = [];
      for (let after = 0; ; ) {
        const { events, next_after } = page.parse(await ask('GET', `/jobs/${jobId}/events?after=${after}`));
        all.push(...events);
        if (events.length === 0 || next_after === after) return all;
        after = next_after;
      }
    },

    follow: (jobId: string, lastEventId: string | null, signal: AbortSignal): AsyncGenerator<SseEvent> =>
      followEvents(http, `/jobs/${jobId}/logs`, { lastEventId, signal }),

    heartbeat: (jobId: string, signal?: AbortSignal) =>
      ask('POST', `/jobs/${jobId}/heartbeat`, {}, signal ? { signal } : {}),

    proposals: async (jobId: string) => wire.proposals.parse(await ask('GET', `/jobs/${jobId}/proposals`)),
    selectProposal: (jobId: string, proposalId: string) =>
      ask('POST', `/jobs/${jobId}/proposals/select`, { proposal_id: proposalId }),

    spec: async (jobId: string): Promise<wire.SpecView> =>
      wire.specView.parse(await ask('GET', `/jobs/${jobId}/spec`)),
    approveSpec: (jobId: string, spec: Pick<wire.SpecView, 'revision_token' | 'spec_hash'>) =>
      ask('POST', `/jobs/${jobId}/spec/approve`, {
        revision_token: spec.revision_token,
        spec_hash: spec.spec_hash,
      }),

    delivery: async (jobId: string): Promise<wire.DeliveryView> =>
      wire.deliveryView.parse(await ask('GET', `/jobs/${jobId}/delivery`)),
    acceptDelivery: (jobId: string, selection: wire.SelectionWire) =>
      ask('POST', `/jobs/${jobId}/delivery/accept`, { selection }),
    applyDelivery: (jobId: string) => ask('POST', `/jobs/${jobId}/delivery/apply`, {}),
    revertDelivery: (jobId: string) => ask('POST', `/jobs/${jobId}/delivery/revert`, {}),

    cancel: (jobId: string) => ask('DELETE', `/jobs/${jobId}`),
    /** A gate by its last path segments, for example `escalation/confirm` or `abandon`. */
    gate: (jobId: string, gate: string, body: unknown = {}) => ask('POST', `/jobs/${jobId}/${gate}`, body),

    claim: async (jobId: string, executionId: string, claimant: string): Promise<wire.Claim> =>
      wire.claim.parse(await ask('POST', `${executionPath(jobId, executionId)}/claim`, { claimant })),

    /** The plain bytes, checked against the hash of the reference. */
    artifact: async (jobId: string, ref: wire.ArtifactRef): Promise<Uint8Array> => {
      const response = await http.send({
        method: 'GET',
        path: `/jobs/${jobId}/artifacts/${ref.artifact_id}`,
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      const hash = createHash('sha256').update(bytes).digest('hex');
      if (hash !== ref.sha256) throw new Error(`Artifact ${ref.artifact_id} arrived damaged.`);
      return bytes;
    },

    upload: async (
      jobId: string,
      executionId: string,
      taskToken: string,
      kind: string,
      bytes: Uint8Array,
    ): Promise<wire.ArtifactRef> => {
      const path = `${executionPath(jobId, executionId)}/artifacts?kind=${kind}`;
      const answer = await ask('POST', path, bytes, withToken(taskToken));
      return z.looseObject({ artifact: wire.artifactRef }).parse(answer).artifact;
    },

    progress: (
      jobId: string,
      executionId: string,
      taskToken: string,
      body: Readonly<{ lines: readonly string[]; percent?: number }>,
    ) => ask('POST', `${executionPath(jobId, executionId)}/progress`, body, withToken(taskToken)),

    report: (jobId: string, executionId: string, taskToken: string, outcome: wire.Outcome) =>
      ask(
        'POST',
        `/jobs/${jobId}/sandbox/report`,
        { execution_id: executionId, outcome },
        withToken(taskToken),
      ),
  };
};

/** Registration and login, which need no token. */
export const signIn = async (
  http: Http,
  how: 'register' | 'login',
  credentials: Readonly<{ email: string; password: string }>,
): Promise<wire.Session> => {
  const response = await http.send({ method: 'POST', path: `/auth/${how}`, body: credentials });
  return wire.session.parse(await response.json());
};
