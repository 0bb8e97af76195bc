import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { history } from '../../domain/kernel/history.ts';
import type { Event, Positioned } from '../../domain/kernel/message.ts';
import type { AnyReactor } from '../../domain/kernel/reactor.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { RECIPES_ONLY } from '../../domain/operations/routes.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import type { JobEvent } from '../../domain/refactoring/job/events.ts';
import type { ExecutionOutcome } from '../../domain/refactoring/job/execution-outcome.ts';
import { job, jobStream } from '../../domain/refactoring/job/job.ts';
import type { InStatus, JobState } from '../../domain/refactoring/job/state.ts';
import { ask } from '../../domain/refactoring/job/testing/ask.ts';
import {
  AT,
  artifact,
  base,
  JOB,
  outcomes,
  testFailed,
} from '../../domain/refactoring/job/testing/samples.ts';
import type { ArtifactRef } from '../../domain/refactoring/job/values.ts';
import { analyseReactor } from '../../processors/refactoring/analyse.reactor.ts';
import type { JobEffect } from '../../processors/refactoring/effects.ts';
import { generatePatchReactor } from '../../processors/refactoring/generate-patch.reactor.ts';
import type { ProcessEvent } from '../../processors/refactoring/job-process/state.ts';
import { jobProcess } from '../../processors/refactoring/job-process.ts';
import { packageRecoveryReactor } from '../../processors/refactoring/package-recovery.reactor.ts';
import { planTestsReactor } from '../../processors/refactoring/plan-tests.reactor.ts';
import type { ReactorTools } from '../../processors/refactoring/question.ts';
import { specifyReactor } from '../../processors/refactoring/specify.reactor.ts';
import { canonicalHash } from '../commands/canonical-hash.ts';
import { contextOf as messageContext } from '../event-store/contract/fixtures.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { callBudget } from './call-budget.ts';
import { failedCalls } from './failed-calls.ts';
import type { Gateway } from './gateway.ts';
import { answer } from './recipe-gateway/answer.ts';
import { contextOf } from './recipe-gateway/testing/package.ts';
import { modelRouter } from './router.ts';
import { CLOSED } from './testing/router-questions.ts';

/** Decider, process manager, reactors, router and recipe together; time and the person's machine are played by the test. */

const inMemory = (): ReactorTools['artifacts'] => {
  const stored = new Map<string, Uint8Array>();
  return {
    put: async ({ kind, bytes }) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const ref: ArtifactRef = { ...artifact(kind, sha256), sha256, size: bytes.byteLength };
      stored.set(ref.artifactId, bytes);
      return ref;
    },
    get: async ({ artifactId }) => {
      const bytes = stored.get(artifactId);
      if (bytes === undefined) throw new Rejection('ARTIFACT_NOT_FOUND', artifactId);
      return bytes;
    },
  };
};

/** Without a thread: the threads have tests of their own. */
const inline: Gateway = {
  name: 'recipe',
  tokensAtMost: () => ({ inputTokens: 0, outputTokens: 0 }),
  ask: async (request) => ({ output: answer(request), inputTokens: 0, cachedTokens: 0, outputTokens: 0 }),
};

class Flow {
  readonly store = openMemoryEventLog();
  readonly artifacts = inMemory();
  readonly events: JobEvent[] = [];
  state: JobState = job.initialState();
  #process = jobProcess.initialState();
  readonly #reactors: ReadonlyMap<string, AnyReactor>;

  constructor() {
    const router = modelRouter({
      gateways: [inline],
      routes: async () => RECIPES_ONLY,
      store: this.store,
      prices: async () => null,
      budget: callBudget(this.store, () => new Date(AT)),
      failedCalls: failedCalls(this.store, () => new Date(AT)),
      breakers: CLOSED,
      onFault: () => undefined,
      clock: () => 0,
      random: () => 0,
    });
    const tools: ReactorTools = {
      artifacts: this.artifacts,
      router,
      now: () => new Date(AT),
      specHash: canonicalHash,
    };
    const reactors = [
      analyseReactor(tools),
      specifyReactor(tools),
      planTestsReactor(tools),
      generatePatchReactor(tools),
      packageRecoveryReactor(tools),
    ] as readonly AnyReactor[];
    this.#reactors = new Map(reactors.map((reactor) => [reactor.type, reactor]));
  }

  /** Decides, stores, and lets the process manager and its reactors do all that follows. */
  async send(command: JobCommand): Promise<void> {
    const decided = job.decide(command, this.state);
    await this.store.append(
      [{ streamName: jobStream(JOB), events: decided, expectedStreamVersion: 'NO_CONCURRENCY_CHECK' }],
      { context: messageContext() },
    );
    this.state = decided.reduce(job.evolve, this.state);
    this.events.push(...decided);
    const handled: ReadonlySet<string> = new Set(jobProcess.handles);
    const first = BigInt(this.events.length - decided.length + 1);
    const recorded = history(jobStream(JOB), decided, { firstPosition: first, start: AT });
    const outputs = recorded
      .filter((event): event is Positioned<Extract<JobEvent, ProcessEvent>> => handled.has(event.type))
      .flatMap((event) => {
        this.#process = jobProcess.evolve(this.#process, event);
        return jobProcess.react(event, this.#process);
      });
    const taken = new Set(outputs.flatMap((output) => (output.kind === 'cancelTimer' ? [output.key] : [])));
    for (const output of outputs) {
      if (output.kind === 'effect') await this.#perform(output.effect, `${output.key}:${this.events.length}`);
      if (output.kind === 'command') await this.send(output.command);
      if (output.kind === 'timer' && output.key === 'start-attempt' && !taken.has(output.key))
        await this.send(output.command);
    }
  }

  async #perform(effect: JobEffect, idempotencyKey: string): Promise<void> {
    const reactor = this.#reactors.get(effect.type);
    if (reactor === undefined) throw new Error(`no reactor for ${effect.type}`);
    const signal = new AbortController().signal;
    const cause = { messageId: 'm', correlationId: 'c', position: 1n };
    const commands = await reactor.run(effect, { signal, idempotencyKey, attempt: 1, cause });
    for (const command of commands) await this.send(command as JobCommand);
  }

  /** The state, which must be in the status. */
  current<S extends JobState['status']>(status: S): InStatus<S> {
    const { state } = this;
    const isIn = (given: JobState): given is InStatus<S> => given.status === status;
    if (!isIn(state)) throw new Error(`${status} expected, not ${state.status}`);
    return state;
  }

  async start(): Promise<void> {
    const bytes = new TextEncoder().encode(JSON.stringify(contextOf()));
    const ref = await this.artifacts.put({ jobId: JOB, kind: 'CONTEXT', bytes, now: new Date(AT) });
    await this.send(ask.request());
    await this.send({
      type: 'AttachContext',
      data: {
        ...base,
        context: ref,
        files: 3,
        bytes: bytes.byteLength,
        baseManifest: { sha256: 'f'.repeat(64), files: 3, bytes: 2 },
      },
    });
    await this.send(ask.start('FREE'));
    const { proposals } = this.current('WAITING_STRATEGY');
    const standard = proposals.find(({ strategy }) => strategy === 'STANDARD');
    await this.send({ type: 'SelectProposal', data: { ...base, proposalId: standard?.proposalId ?? '' } });
    const { revisionToken, specHash } = this.current('WAITING_SPEC_APPROVAL').spec;
    await this.send({ type: 'ApproveSpec', data: { ...base, revisionToken, specHash } });
  }

  /** What the machine of the person reports, with a stored test report where it names one. */
  async report(outcome: ExecutionOutcome): Promise<void> {
    if (!('execution' in this.state) || this.state.execution === null)
      throw new Error('no execution is open');
    const { executionId } = this.state.execution;
    const content = { schema: 'iama.test-report/1', tests: [{ status: 'FAILED', excerpt: 'values differ' }] };
    const bytes = new TextEncoder().encode(JSON.stringify(content));
    const report = await this.artifacts.put({ jobId: JOB, kind: 'TEST_REPORT', bytes, now: new Date(AT) });
    const told = 'report' in outcome ? { ...outcome, report } : outcome;
    await this.send(ask.claim(executionId));
    await this.send(ask.report(executionId, told));
  }

  types(): readonly Event['type'][] {
    return this.events.map(({ type }) => type);
  }
}

describe('a job, all parts together', () => {
  it('[JOB-01] [JOB-07] [JOB-08] ends in the fallback, after every repair that the recipe has, when the tests never pass', async () => {
    const flow = new Flow();
    await flow.start();
    await flow.report(outcomes.baselinePassed);
    const patches: string[] = [];
    for (const fingerprint of ['a', 'b', 'c']) {
      if (flow.state.status !== 'REFACTORING') break;
      const patch = flow.events.findLast((event) => event.type === 'PatchGenerated');
      patches.push(patch?.data.patch.sha256 ?? '');
      await flow.report(testFailed(fingerprint));
    }
    expect(new Set(patches).size).toBe(3);
    expect(flow.state.status).toBe('FALLBACK_REQUIRED');
    expect(flow.events.filter((event) => event.type === 'AttemptsExhausted').map(({ data }) => data)).toEqual(
      [{ ...base, attempts: 3, reason: 'REFUSED' }],
    );
    expect(flow.events.at(-1)).toMatchObject({
      type: 'RecoveryCompleted',
      data: { restored: true, partialPatch: { kind: 'PARTIAL_PATCH' } },
    });
  }, 120_000);

  it('[JOB-01] [JOB-08] goes from the start to a delivery by the recipe alone', async () => {
    const flow = new Flow();
    await flow.start();
    expect(flow.state.status).toBe('BASELINE_VALIDATION');
    await flow.report(outcomes.baselinePassed);
    await flow.report(outcomes.testPassed);
    expect(flow.state.status).toBe('DELIVERED');
    expect(flow.types()).toEqual([
      'JobRequested',
      'ContextAttached',
      'JobStarted',
      ...['ModelCalled', 'ProposalsGenerated', 'ProposalSelected'],
      ...['ModelCalled', 'SpecDrafted', 'SpecApproved'],
      ...['ModelCalled', 'TestPlanGenerated', 'ExecutionRequested', 'ExecutionClaimed', 'ExecutionReported'],
      ...['BaselinePassed', 'AttemptStarted'],
      ...['ModelCalled', 'PatchGenerated', 'ExecutionRequested', 'ExecutionClaimed', 'ExecutionReported'],
      'TestsPassed',
    ]);
    const calls = flow.events.filter((event) => event.type === 'ModelCalled').map(({ data }) => data.call);
    expect(calls.map(({ stage, modelClass, gateway }) => [stage, modelClass, gateway])).toEqual(
      ['ANALYSE', 'SPECIFY', 'PLAN_TESTS', 'PATCH'].map((stage) => [stage, 'L0', 'recipe']),
    );
  }, 120_000);
});
