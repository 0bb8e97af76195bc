import type { z } from 'zod';
import type { Event, Json, Positioned } from '../../domain/kernel/message.ts';
import type { Effect } from '../../domain/kernel/process-manager.ts';
import type { EffectFailure, Reactor, ReactorContext } from '../../domain/kernel/reactor.ts';
import { isRejection } from '../../domain/kernel/rejection.ts';
import type { JobCommand } from '../../domain/refactoring/job/commands.ts';
import { STOPS } from '../../domain/refactoring/job/endings.ts';
import { hasRecipe } from '../../domain/refactoring/job/limits.ts';
import type {
  ArtifactRef,
  Goal,
  ModelCall,
  ModelClass,
  Specification,
} from '../../domain/refactoring/job/values.ts';
import type { ArtifactStore } from './artifacts.port.ts';
import { jobContext } from './context.schema.ts';
import type { Assignment } from './effects.ts';
import type { JobContext, ModelRequest, ModelRouter } from './model-router.port.ts';

/** What reactors of the job are built with. */
export type ReactorTools = Readonly<{
  artifacts: Pick<ArtifactStore, 'put' | 'get'>;
  router: ModelRouter;
  now: () => Date;
  /** Hex SHA-256 of the canonical JSON of a specification; the same function that checks an approval (SPC-02). */
  specHash: (specification: Specification) => string;
}>;

const text = new TextDecoder('utf-8', { fatal: true });

export const readJson = async (
  store: Pick<ArtifactStore, 'get'>,
  jobId: string,
  ref: ArtifactRef,
): Promise<unknown> => JSON.parse(text.decode(await store.get({ jobId, artifactId: ref.artifactId })));

export const putJson = (
  { artifacts, now }: ReactorTools,
  jobId: string,
  kind: ArtifactRef['kind'],
  content: unknown,
): Promise<ArtifactRef> =>
  artifacts.put({ jobId, kind, bytes: new TextEncoder().encode(JSON.stringify(content)), now: now() });

/** The class of the stages before the first patch: free where a recipe knows the goal (JOB-08), else L1 (LLM-01). */
export const earlyClass = (goal: Goal): ModelClass => (hasRecipe(goal) ? 'L0' : 'L1');

export type Answered<T> =
  | Readonly<{ valid: true; call: ModelCall; output: T; context: JobContext }>
  /** The answer broke its schema; the call is recorded as such (SEC 17). */
  | Readonly<{ valid: false; call: ModelCall; reason: string }>;

/** Asks the router one question about the job's code and validates the answer: no answer is trusted. */
export const ask = async <Schema extends z.ZodType>(
  tools: ReactorTools,
  assignment: Assignment,
  question: Pick<ModelRequest, 'stage' | 'modelClass' | 'attempt' | 'strategy'> &
    Readonly<{ inputs: Readonly<Record<string, Json>> }>,
  schema: Schema,
  { signal, idempotencyKey, cause }: ReactorContext,
): Promise<Answered<z.output<Schema>>> => {
  const { jobId, goal, goalText, entitlement } = assignment;
  const context = jobContext.parse(await readJson(tools.artifacts, jobId, assignment.context));
  const { call, output } = await tools.router.ask(
    { ...question, jobId, goal, goalText, entitlement, context, idempotencyKey, causeId: cause.messageId },
    signal,
  );
  const parsed = schema.safeParse(output);
  if (parsed.success) return { valid: true, call, output: parsed.data, context };
  const [issue] = parsed.error.issues;
  const reason = `The answer breaks its schema at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  return { valid: false, call: { ...call, outcome: 'SCHEMA_VIOLATION' }, reason };
};

const infraFailure = (
  tools: ReactorTools,
  jobId: string,
  stage: string,
  reason: string,
  known: Readonly<{ call?: ModelCall; code?: string }> = {},
): JobCommand => ({
  type: 'ReportInfraFailure',
  data: { jobId, at: tools.now().toISOString(), stage, reason, ...known },
});

export type Answering = Readonly<{
  at: string;
  fail: (reason: string, call?: ModelCall) => readonly JobCommand[];
}>;

/** The call of an answer that came too late is in the story of its job all the same, and charged to nobody (BIL-05). */
const callsIn = (commands: readonly JobCommand[]): readonly JobCommand[] =>
  commands.flatMap((command): readonly JobCommand[] => {
    const call = 'call' in command.data ? command.data.call : undefined;
    if (call === undefined || call.inputTokens + call.outputTokens === 0) return [];
    const { jobId, at } = command.data;
    return [{ type: 'RecordFailedCall', data: { jobId, at, call: { ...call, outcome: 'HALTED' } } }];
  });

/**
 * A reactor of the job. A `Rejection` (no such artifact, class not allowed) will not pass by waiting, so it ends the job
 * as our failure at once; any other error is tried again by the runtime. A call that the budget does not cover is no failure
 * of ours: the job asks the person (BIL-08).
 */
export const jobReactor = <F extends Effect<string, Readonly<{ jobId: string }>>>(
  tools: ReactorTools,
  type: F['type'],
  run: (effect: F, context: ReactorContext, answering: Answering) => Promise<readonly JobCommand[]>,
): Reactor<F, JobCommand> => ({
  type,
  maxAttempts: 4,
  cancelledBy: {
    handles: STOPS,
    matches: (event: Positioned<Event>, effect) => event.data['jobId'] === effect.data.jobId,
  },
  run: async (effect, context) => {
    const { jobId } = effect.data;
    const fail = (reason: string, call?: ModelCall): readonly JobCommand[] => [
      infraFailure(tools, jobId, type, reason, call === undefined ? {} : { call }),
    ];
    try {
      return await run(effect, context, { at: tools.now().toISOString(), fail });
    } catch (error) {
      if (isRejection(error)) {
        const { code, message } = error;
        if (code === 'BUDGET_REACHED')
          return [{ type: 'ReportBudgetReached', data: { jobId, at: tools.now().toISOString() } }];
        return [infraFailure(tools, jobId, type, `${code}: ${message}`, { code })];
      }
      throw error;
    }
  },
  overtaken: callsIn,
  giveUp: (effect: F, { code, message }: EffectFailure) => [
    infraFailure(tools, effect.data.jobId, type, `${code}: ${message}`, { code }),
  ],
});
