import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { operations, type Requests } from './generated/operations.gen.ts';
import type { Http } from './http.ts';
import { AnswerNotUnderstood } from './problem.ts';
import type { DeepReadonly } from './readonly.ts';

const compress = promisify(gzip);

export type OperationName = keyof typeof operations;
export type AnswerOf<Name extends OperationName> = z.output<(typeof operations)[Name]['answer']>;

type Given<Name extends OperationName> = DeepReadonly<Omit<Requests[Name], 'url' | 'headers'>>;

/** Path, query and body as the API asks for them; a body that may be empty may be left out. */
type Asked<Name extends OperationName> =
  Given<Name> extends Readonly<{ body: infer Body }>
    ? Omit<Given<Name>, 'body'> &
        (Record<never, never> extends Body ? Readonly<{ body?: Body }> : Readonly<{ body: Body }>)
    : Given<Name>;

type More = Readonly<{
  taskToken?: string;
  /** Sent in place of a JSON body. */
  bytes?: Uint8Array;
  /** The JSON body goes compressed. */
  isLarge?: boolean;
  /** Idempotency key that outlives this process; a new one for each request if absent. */
  key?: string;
  signal?: AbortSignal;
}>;

const addressParts = z.object({
  path: z.record(z.string(), z.string()).optional(),
  query: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/** Address of an operation below the server's own. */
export const addressOf = <Name extends OperationName>(name: Name, request: Asked<Name>): string => {
  const { path = {}, query = {} } = addressParts.parse(request);
  const filled = operations[name].path.replaceAll(/\{(\w+)\}/gu, (_, part: string) =>
    encodeURIComponent(path[part] ?? ''),
  );
  const asked = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) asked.set(key, String(value));
  return asked.size === 0 ? filled : `${filled}?${asked}`;
};

const bodyOf = async (method: string, request: object, { bytes, isLarge }: More): Promise<unknown> => {
  if (bytes !== undefined) return bytes;
  const body = 'body' in request ? request.body : method === 'POST' ? {} : undefined;
  return isLarge === true ? new Uint8Array(await compress(JSON.stringify(body))) : body;
};

const PACKED = { 'content-type': 'application/json', 'content-encoding': 'gzip' };

export type Call = <Name extends OperationName>(
  name: Name,
  request: Asked<Name>,
  more?: More,
) => Promise<AnswerOf<Name>>;

/**
 * Asks for one operation of the API. What is sent is typed by the OpenAPI document, and what comes back is checked against
 * it, because the network is not trusted. Throws `ApiProblem`, `ServerUnreachable` or `AnswerNotUnderstood`.
 */
export const caller =
  (http: Http): Call =>
  async (name, request, more = {}) => {
    const { method, answer } = operations[name];
    const body = await bodyOf(method, request, more);
    const response = await http.send({
      method,
      path: addressOf(name, request),
      ...(body === undefined ? {} : { body }),
      headers: {
        ...(more.isLarge === true ? PACKED : {}),
        ...(more.taskToken === undefined ? {} : { 'x-task-token': more.taskToken }),
      },
      ...(more.key === undefined ? {} : { key: more.key }),
      ...(more.signal === undefined ? {} : { signal: more.signal }),
    });
    const text = await response.text();
    try {
      return answer.parse(text === '' ? undefined : JSON.parse(text)) as AnswerOf<typeof name>;
    } catch (error) {
      throw new AnswerNotUnderstood(name, error);
    }
  };
