import type { Json } from '../../domain/kernel/message.ts';
import type {
  EntitlementSnapshot,
  Goal,
  ModelCall,
  ModelClass,
  StrategyName,
} from '../../domain/refactoring/job/values.ts';

/** Text files of the job's context artifact. Paths POSIX, relative to the workspace root. */
export type ContextFile = Readonly<{ path: string; text: string }>;
export type JobContext = Readonly<{
  schema: 'iama.context/1';
  files: readonly ContextFile[];
  targets: readonly string[];
  /** Interface slices of dependencies: package.json and declarations only, never bodies (CTX-04). */
  dependencies: readonly ContextFile[];
}>;

/** One question to the router (LLM-01). The router checks entitlement again and never retries across job ends. */
export type ModelRequest = Readonly<{
  jobId: string;
  stage: ModelCall['stage'];
  modelClass: ModelClass;
  attempt: number;
  goal: Goal;
  goalText: string;
  entitlement: EntitlementSnapshot;
  context: JobContext;
  strategy: StrategyName | null;
  /** Output of earlier stages that this stage builds on (analysis, specification, last failure), by name. */
  inputs: Readonly<Record<string, Json>>;
  idempotencyKey: string;
  /** Message id of the event of the job that the question follows from: what stops it may come at any moment after that. */
  causeId: string;
}>;

export type ModelAnswer = Readonly<{
  call: ModelCall;
  /** JSON; the asking reactor validates it with its stage's schema, because no answer is trusted (SEC 17). */
  output: Json;
}>;

export interface ModelRouter {
  ask(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>;
}
