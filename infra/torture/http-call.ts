const ANSWER_WITHIN_MS = 10_000;

export type Answer = Readonly<{
  status: number;
  body: Readonly<Record<string, unknown>>;
  replayed: boolean;
}>;

export type Call = Readonly<{
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** Empty: nobody's. */
  token: string;
  /** Null: none. */
  key: string | null;
  /** Bytes are sent as they are, all else as JSON. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}>;

const bodyOf = (body: unknown): Readonly<{ body?: string | Uint8Array<ArrayBuffer>; type?: string }> => {
  if (body === undefined) return {};
  return body instanceof Uint8Array
    ? { body: new Uint8Array(body), type: 'application/octet-stream' }
    : { body: JSON.stringify(body), type: 'application/json' };
};

/** Why a request has no answer, in a line. */
export const whyUnanswered = (what: string, error: unknown): string => {
  const cause = error instanceof Error && error.cause !== undefined ? ` (${String(error.cause)})` : '';
  return `${what}: ${String(error)}${cause}`;
};

/** Null: no whole answer, so nobody knows what became of the request. `note` is told of that, and of every refusal. */
export const call = async (
  url: string,
  { method, path, token, key, headers, ...rest }: Call,
  note: (line: string) => void,
): Promise<Answer | null> => {
  const { body, type } = bodyOf(rest.body);
  try {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(key === null ? {} : { 'idempotency-key': key }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await response.text();
    const answer: Answer['body'] = JSON.parse(text === '' ? '{}' : text);
    if (!response.ok) note(`${method} ${path}: ${response.status} ${String(answer['code'])}`);
    const replayed = response.headers.get('idempotent-replayed') === 'true';
    return { status: response.status, body: answer, replayed };
  } catch (error) {
    note(whyUnanswered(`${method} ${path}`, error));
    return null;
  }
};
