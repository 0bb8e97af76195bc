import type { ArtifactKind, ArtifactRef, Claim, Outcome } from '../api/wire.ts';
import type { Home } from '../home/home.ts';

/** What one execution works with. It reads artifacts, works in a shadow, and answers with an outcome. */
export type ExecutionContext = Readonly<{
  home: Home;
  /** Absolute path of the person's project. */
  workspace: string;
  jobId: string;
  execution: Claim['execution'];
  /** Plain bytes of the newest artifact of a kind; null where the execution has none. */
  artifact: (kind: ArtifactKind) => Promise<Uint8Array | null>;
  upload: (kind: ArtifactKind, bytes: Uint8Array) => Promise<ArtifactRef>;
  /**
   * One line for the person, here and on the job's stream: counts, codes, places and ids, never code. `here` may quote
   * code; it is shown on this machine only.
   */
  tell: (line: string, here?: string) => void;
  signal: AbortSignal;
  /** Milliseconds until the server stops waiting for the report, less what sending it takes (TST-04). */
  timeLeft: () => number;
}>;

export type Execute = (context: ExecutionContext) => Promise<Outcome>;

/** Something that an execution cannot do without is missing: a fault of ours, not of the person's code. */
class ExecutionInputMissing extends Error {
  constructor(kind: string) {
    super(`The server sent no ${kind} for this execution.`);
    this.name = 'ExecutionInputMissing';
  }
}

export const required = async ({ artifact }: ExecutionContext, kind: ArtifactKind): Promise<Uint8Array> => {
  const bytes = await artifact(kind);
  if (bytes === null) throw new ExecutionInputMissing(kind);
  return bytes;
};
