import { appendFile } from 'node:fs/promises';
import { AnswerNotUnderstood, ApiProblem, ArtifactDamaged, ServerUnreachable } from '../api/problem.ts';
import { type Home, HomeFileDamaged } from '../home/home.ts';
import { systemProblem } from '../system-problem.ts';
import { DependenciesTouched } from '../workspace/untouched.ts';
import { CommandEnd, EXIT } from './exit-codes.ts';
import { PromptClosed } from './prompt.ts';

const GO_ON = 'Go on with: iama attach';

const ofSystem = (error: Error): CommandEnd | null => {
  const known = systemProblem(error);
  if (known === null) return null;
  const { code, path, what, next } = known;
  return new CommandEnd(EXIT.NOT_STARTED, `FILE_${code}`, `${path ?? 'A file'} ${what}.`, next);
};

const ofServer = (error: ApiProblem): CommandEnd => {
  const isOurs = error.status === 401 || error.status >= 500;
  const next =
    error.status === 401
      ? 'Sign in again with: iama login'
      : isOurs
        ? 'Try again in a minute. The job is not lost: iama attach'
        : 'See where the job stands with: iama jobs';
  return new CommandEnd(isOurs ? EXIT.SERVER : EXIT.NOT_DELIVERED, error.code, error.message, next);
};

/** How a command ends for an error: a stable code, a sentence, and what to do next. */
export const endOf = (error: unknown): CommandEnd => {
  if (error instanceof CommandEnd) return error;
  if (error instanceof PromptClosed)
    return new CommandEnd(
      EXIT.DETACHED,
      'INTERRUPTED',
      'Stopped before a job was begun.',
      'Nothing was changed.',
    );
  if (error instanceof ServerUnreachable)
    return new CommandEnd(
      EXIT.SERVER,
      'SERVER_UNREACHABLE',
      error.message,
      'Try again when it is back. A job that was begun is not lost: iama attach',
    );
  if (error instanceof ApiProblem) return ofServer(error);
  if (error instanceof AnswerNotUnderstood)
    return new CommandEnd(
      EXIT.SERVER,
      error.code,
      error.message,
      'The server is of another version, or is no IAMA server: compare it with iama --version.',
    );
  if (error instanceof ArtifactDamaged)
    return new CommandEnd(EXIT.SERVER, error.code, error.message, `It is fetched again: ${GO_ON}`);
  if (error instanceof HomeFileDamaged)
    return new CommandEnd(
      EXIT.NOT_STARTED,
      'HOME_FILE_DAMAGED',
      error.message,
      'Mend the file, or remove it: what it held is asked for again.',
    );
  if (error instanceof DependenciesTouched)
    return new CommandEnd(
      EXIT.NOT_DELIVERED,
      error.code,
      error.message,
      `If nothing was installed meanwhile, put them right with npm ci. ${GO_ON}`,
    );
  const system = error instanceof Error ? ofSystem(error) : null;
  if (system !== null) return system;
  const text = error instanceof Error ? error.message : String(error);
  return new CommandEnd(EXIT.INTERNAL, 'INTERNAL', `A fault of IAMA: ${text}`, GO_ON);
};

/** Keeps the whole of a fault where the person can send it from, and says where. */
export const keepFault = async (home: Home, error: unknown, now: Date): Promise<string> => {
  const path = home.path('faults.log');
  const whole = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await appendFile(path, `${now.toISOString()} ${whole}\n\n`, { mode: 0o600 });
  return `The whole of it is in ${path}. What was interrupted is put right by the next iama command.`;
};
