import { z } from 'zod';

const details = z.looseObject({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  issues: z
    .array(z.looseObject({ path: z.string(), message: z.string() }))
    .optional()
    .catch(undefined),
});

/** What is wrong where, of a body without the expected form. */
const issuesText = ({ issues = [] }: z.infer<typeof details>): string =>
  issues.map(({ path, message }) => ` ${path}: ${message}`).join(';');

/** An answer of the API that says no: RFC 9457 problem details with a stable code. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, body: unknown) {
    const parsed = details.safeParse(body);
    const known = parsed.success ? parsed.data : {};
    super((known.detail ?? known.title ?? `the server answered ${status}`) + issuesText(known));
    this.name = 'ApiProblem';
    this.status = status;
    this.code = known.code ?? `HTTP_${status}`;
    this.details = known;
  }
}

/** Nobody answered: not started, restarting, or unreachable. */
export class ServerUnreachable extends Error {
  constructor(server: string, cause: unknown) {
    super(`The IAMA server at ${server} does not answer.`, { cause });
    this.name = 'ServerUnreachable';
  }
}

/** The server answered, but not as the API that this client was made for: another version, or not an IAMA server. */
export class AnswerNotUnderstood extends Error {
  readonly code = 'ANSWER_NOT_UNDERSTOOD';

  constructor(operation: string, cause: unknown) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const where = issue === undefined ? 'it is no JSON' : `${issue.path.join('.') || 'it'}: ${issue.message}`;
    super(`The server's answer to ${operation} is not the expected one (${where}).`, { cause });
    this.name = 'AnswerNotUnderstood';
  }
}

/** Bytes that are not those of their reference. */
export class ArtifactDamaged extends Error {
  readonly code = 'ARTIFACT_DAMAGED';

  constructor(artifactId: string) {
    super(`Artifact ${artifactId} arrived damaged.`);
    this.name = 'ArtifactDamaged';
  }
}
