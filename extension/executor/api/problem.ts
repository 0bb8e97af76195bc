import { z } from 'zod';

const details = z.looseObject({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
});

/** An answer of the API that says no: RFC 9457 problem details with a stable code. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, body: unknown) {
    const parsed = details.safeParse(body);
    const known = parsed.success ? parsed.data : {};
    super(known.detail ?? known.title ?? `the server answered ${status}`);
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
