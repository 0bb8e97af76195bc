import { randomUUID } from 'node:crypto';
import { commandFiles } from '../../../commands/index.ts';
import { artifactToWire } from '../../../commands/refactoring/schemas.ts';
import type { AccountCommand } from '../../../domain/billing/account/commands.ts';
import type { Delivery } from '../../../domain/patching/delivery.ts';
import type { JobCommand } from '../../../domain/refactoring/job/commands.ts';
import type {
  ArtifactRef,
  ModelCall,
  Proposal,
  Specification,
  TestMode,
} from '../../../domain/refactoring/job/values.ts';
import { commandBus } from '../../commands/command-bus.ts';
import type { TestApi, TestUser } from './api.ts';

/** What clients send, as far as a start needs it. */
export const CONSENT = { data_processing: true, zero_training: true };
export const CONTEXT = {
  context: {
    schema: 'iama.context/1',
    files: [{ path: 'index.js', text: 'module.exports = 1;\n' }],
    targets: [],
    dependencies: [],
  },
  base_hashes: { 'index.js': 'a'.repeat(64) },
};

export const PREFLIGHT = {
  preflight: { vcs: 'GIT', head_commit: 'abc', dirty_paths: [], choice: 'CLEAN' },
};

export const LOCKED = { '.iama/tests/a.test.mjs': 'b'.repeat(64) };
/** As an executor makes them, as far as the server reads them. */
export const BASELINE_REPORT = {
  schema: 'iama.baseline/1',
  report: { counts: { total: 3, passed: 3 }, tests: [] },
  locked_hashes: LOCKED,
};
const COUNTS = { total: 3, passed: 3, failed: 0, timed_out: 0, skipped: 0 };
const EDIT = {
  path: 'index.js',
  targetSha256: 'a'.repeat(64),
  anchor: 'text "module.exports = 1;"',
  operation: 'SEARCH_REPLACE',
  strategy: 'EXACT',
  outcome: 'APPLIED',
  reason: null,
};
export const TEST_REPORT = { schema: 'iama.test-report/1', counts: COUNTS, tests: [], edits: [EDIT] };

const RATIO = { covered: 3, total: 4 };
/** What the executor reports of a baseline of three tests. */
export const baselinePassed = (report: unknown) => ({
  kind: 'BASELINE',
  status: 'PASSED',
  report,
  recorded: 3,
  kept: 3,
  quarantined: [],
  runs: 3,
  coverage: { branches: RATIO, functions: RATIO, lines: RATIO },
  locked_hashes: LOCKED,
});
/** The same three, after a patch. */
export const testsPassed = (report: unknown, delivery: unknown) => ({
  kind: 'TEST',
  status: 'PASSED',
  report,
  delivery,
  counts: COUNTS,
  strict_errors: 0,
  test_hashes: LOCKED,
});

const SPECIFICATION: Specification = {
  bdd: [{ id: 'b1', given: 'the module', when: 'it is loaded', then: 'it gives 1' }],
  sdd: [{ id: 's1', topic: 'TYPES', statement: 'a number' }],
};

const recipeCall = (stage: ModelCall['stage'], attempt = 0): ModelCall => ({
  stage,
  modelClass: 'L0',
  gateway: 'recipe',
  model: 'javascript-to-typescript',
  attempt,
  ordinal: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  latencyMs: 5,
  outcome: 'SUCCESS',
});

/** Plays the job process and its reactors: system commands through the bus, the person's over HTTP. `used`: what each call says. */
export const jobScript = (api: TestApi, user: TestUser, used: Partial<ModelCall> = {}) => {
  const call = (...which: Parameters<typeof recipeCall>): ModelCall => ({ ...recipeCall(...which), ...used });
  const bus = commandBus(api.log, api.services);
  const at = () => new Date().toISOString();
  const artifact = (jobId: string, kind: ArtifactRef['kind'], content: unknown): Promise<ArtifactRef> =>
    api.services.artifacts.put({
      jobId,
      kind,
      bytes: Buffer.from(JSON.stringify(content)),
      now: new Date(),
    });
  const system = async (command: JobCommand | AccountCommand): Promise<void> => {
    if (!commandFiles.has(command.type)) throw new Error(`no ${command.type}`);
    const id = randomUUID();
    const actor = { type: 'system', id: 'test' } as const;
    const { data } = command;
    const correlationId = 'jobId' in data ? data.jobId : data.userId;
    const context = { commandId: id, correlationId, causationId: id, actor };
    await bus.dispatch(command, { context, idempotencyKey: id });
  };
  const post = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const answer = await api.call(user, 'POST', path, body === undefined ? {} : { body });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  const requested = async (): Promise<string> =>
    String((await post('/jobs', { goal: 'JAVASCRIPT_TO_TYPESCRIPT', title: 'A job' }))['job_id']);

  const started = async (start: object = PREFLIGHT): Promise<string> => {
    await post('/account/consent', CONSENT);
    const jobId = await requested();
    await post(`/jobs/${jobId}/context`, CONTEXT);
    await post(`/jobs/${jobId}/start`, start);
    return jobId;
  };

  /** A started job gets a proposal. */
  const offered = async (jobId: string, more: Partial<Proposal> = {}): Promise<void> => {
    const analysis = await artifact(jobId, 'ANALYSIS', {});
    const proposal = {
      proposalId: 'p-standard',
      strategy: 'STANDARD',
      title: 'Standard',
      simple: 'Types where they help',
      professional: 'Types',
      filesTouched: ['index.js'],
      risk: 2,
      breakingSurface: [],
      dependencyCompatibility: [],
      complexity: { files: 1, lines: 1, functions: 0, branches: 0 },
      credits: { estimate: 0, low: 0, high: 0 },
      ...more,
    } as const;
    await system({
      type: 'RecordProposals',
      data: { jobId, at: at(), call: call('ANALYSE'), analysis, proposals: [proposal], notes: [] },
    });
  };
  const proposed = async (start?: object): Promise<string> => {
    const jobId = await started(start);
    await offered(jobId);
    return jobId;
  };

  /** The proposal is chosen, and specified. */
  const drafted = async (jobId: string): Promise<void> => {
    await post(`/jobs/${jobId}/proposals/select`, { proposal_id: 'p-standard' });
    await system({
      type: 'RecordSpecDraft',
      data: {
        jobId,
        at: at(),
        call: call('SPECIFY'),
        revisionToken: 'token-1',
        specHash: api.services.specHash(SPECIFICATION),
        specification: SPECIFICATION,
      },
    });
  };
  const specified = async (start?: object): Promise<string> => {
    const jobId = await proposed(start);
    await drafted(jobId);
    return jobId;
  };

  /** At the baseline, with an execution to claim. */
  const planned = async (
    mode: TestMode = 'CHARACTERISATION',
  ): Promise<Readonly<{ jobId: string; executionId: string }>> => {
    const jobId = await specified();
    await post(`/jobs/${jobId}/spec/approve`, {
      revision_token: 'token-1',
      spec_hash: api.services.specHash(SPECIFICATION),
    });
    const executionId = randomUUID();
    await system({
      type: 'RecordTestPlan',
      data: {
        jobId,
        at: at(),
        call: call('PLAN_TESTS'),
        executionId,
        plan: await artifact(jobId, 'TEST_PLAN', { schema: 'iama.test-plan/1' }),
        mode,
        subjects: 1,
        cases: 3,
        confidence: 1,
      },
    });
    return { jobId, executionId };
  };

  const claim = async (jobId: string, executionId: string): Promise<Record<string, string>> => {
    const { task_token } = await post(`/jobs/${jobId}/executions/${executionId}/claim`, { claimant: 'cli' });
    return { 'x-task-token': String(task_token) };
  };

  const report = async (jobId: string, executionId: string, outcome: unknown): Promise<void> => {
    const headers = await claim(jobId, executionId);
    const body = { execution_id: executionId, outcome };
    const answer = await api.call(user, 'POST', `/jobs/${jobId}/sandbox/report`, { body, headers });
    if (answer.status >= 300) throw new Error(`report: ${answer.status} ${JSON.stringify(answer.body)}`);
  };

  const uploaded = async (jobId: string, kind: ArtifactRef['kind'], content: unknown) =>
    artifactToWire(await artifact(jobId, kind, content));

  /** One recipe attempt that passes the three tests. */
  const proven = async (jobId: string, delivery: Delivery): Promise<void> => {
    await system({ type: 'StartAttempt', data: { jobId, at: at() } });
    const testId = randomUUID();
    await system({
      type: 'RecordPatch',
      data: {
        jobId,
        at: at(),
        call: call('PATCH'),
        executionId: testId,
        attempt: 0,
        patch: await artifact(jobId, 'PATCH', {}),
        filesTouched: ['index.js'],
        summary: 'Typed.',
      },
    });
    const told = await uploaded(jobId, 'TEST_REPORT', TEST_REPORT);
    await report(jobId, testId, testsPassed(told, await uploaded(jobId, 'DELIVERY', delivery)));
  };

  /** Through a baseline of three tests and one recipe attempt that passes them. */
  const delivered = async (delivery: Delivery, mode?: TestMode): Promise<string> => {
    const { jobId, executionId } = await planned(mode);
    const told = await uploaded(jobId, 'BASELINE_REPORT', BASELINE_REPORT);
    await report(jobId, executionId, baselinePassed(told));
    await proven(jobId, delivery);
    return jobId;
  };

  return {
    system,
    post,
    artifact,
    call,
    at,
    requested,
    started,
    offered,
    proposed,
    drafted,
    specified,
    planned,
    report,
    uploaded,
    proven,
    delivered,
  };
};
