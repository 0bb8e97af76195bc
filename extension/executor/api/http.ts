import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem, ServerUnreachable } from './problem.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type HttpRequest = Readonly<{
  method: Method;
  /** Below the address of the server. */
  path: string;
  /** Sent as JSON unless it is bytes. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** Idempotency key; a new one if absent. */
  key?: string;
  signal?: AbortSignal;
  /** The answer stays open: no time limit on it. */
  streaming?: boolean;
}>;

/** Gives the access token; `renew` after the server said that the one before is no good. Null: none needed. */
export type TokenSource = (renew: boolean) => Promise<string | null>;

export type HttpOptions = Readonly<{
  server: string;
  token: TokenSource;
  /** How long a server that does not answer is waited for, in milliseconds: a restart must lose nothing. */
  patienceMs?: number;
  /** How long one request may stay without its whole answer, in milliseconds; a minute where it is absent. */
  answerWithinMs?: number;
  /** Finds a server that does not answer any more at another address, or starts it again; the address it has now. */
  relocate?: () => Promise<string>;
  /** Called once when waiting begins and once when the server is back. */
  onConnection?: (state: 'LOST' | 'BACK') => void;
}>;

const DEFAULT_PATIENCE_MS = 120_000;
const ANSWER_WITHIN_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;

/** Nothing was decided, or the answer is kept under the key, so the same request may go again; 408: its body came to a standstill. */
const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

const bodyOf = (body: unknown): { content: string | Uint8Array<ArrayBuffer> | null; type: string | null } => {
  if (body === undefined) return { content: null, type: null };
  if (body instanceof Uint8Array) return { content: new Uint8Array(body), type: 'application/octet-stream' };
  return { content: JSON.stringify(body), type: 'application/json' };
};

const problemOf = async (response: Response): Promise<ApiProblem> => {
  const text = await response.text();
  try {
    return new ApiProblem(response.status, JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return new ApiProblem(response.status, { detail: text.slice(0, 200) });
    throw error;
  }
};

export type Http = Readonly<{
  server: string;
  /** The successful answer; throws `ApiProblem` or `ServerUnreachable`. */
  send: (request: HttpRequest) => Promise<Response>;
}>;

/**
 * One logical request has one Idempotency-Key however often it is sent (ES-03). Lost connections and passing refusals
 * are tried again until the patience ends; a 401 once with a renewed token.
 */
export const createHttp = (options: HttpOptions): Http => {
  const patience = options.patienceMs ?? DEFAULT_PATIENCE_MS;
  const answerWithin = options.answerWithinMs ?? ANSWER_WITHIN_MS;
  let base = options.server.replace(/\/$/u, '');

  const once = async (request: HttpRequest, key: string | null, renew: boolean): Promise<Response> => {
    const token = await options.token(renew);
    const { content, type } = bodyOf(request.body);
    const limits = [
      ...(request.signal ? [request.signal] : []),
      ...(request.streaming ? [] : [AbortSignal.timeout(answerWithin)]),
    ];
    return fetch(`${base}${request.path}`, {
      method: request.method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(type === null ? {} : { 'content-type': type }),
        ...(key === null ? {} : { 'idempotency-key': key }),
        ...request.headers,
      },
      ...(content === null ? {} : { body: content }),
      signal: AbortSignal.any(limits),
    });
  };

  const send = async (request: HttpRequest): Promise<Response> => {
    const key = request.method === 'GET' ? null : (request.key ?? randomUUID());
    let giveUpAt = Date.now() + patience;
    let [pause, renew, lost] = [FIRST_PAUSE_MS, false, false];
    for (;;) {
      let failure: unknown;
      try {
        const response = await once(request, key, renew);
        if (response.status === 401 && !renew) {
          renew = true;
          await response.body?.cancel();
          continue;
        }
        if (!isPassing(response.status)) {
          if (lost) options.onConnection?.('BACK');
          if (!response.ok) throw await problemOf(response);
          return response;
        }
        failure = await problemOf(response);
      } catch (error) {
        if (error instanceof ApiProblem) throw error;
        request.signal?.throwIfAborted();
        failure = error;
      }
      const isOver = Date.now() + pause > giveUpAt;
      // A request may have been under way for all of the patience: a server that can be started again is looked for once before.
      const isLookedFor = lost || patience === 0 || options.relocate === undefined;
      if (isOver && isLookedFor)
        throw failure instanceof ApiProblem ? failure : new ServerUnreachable(base, failure);
      if (!lost && patience > 0 && (isOver || pause >= 1_000)) {
        lost = true;
        options.onConnection?.('LOST');
      }
      if (lost && options.relocate) {
        const since = Date.now();
        base = await options.relocate();
        giveUpAt += Date.now() - since;
      }
      await sleep(pause, undefined, request.signal ? { signal: request.signal } : {});
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  };
  return { server: base, send };
};
