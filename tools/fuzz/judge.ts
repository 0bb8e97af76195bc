import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { z } from 'zod';
import { STATUS_OF_CODE } from '../../infra/http/problems.ts';
import type { Content, Operation, Schema } from './operations.ts';
import type { Answer, Header } from './send.ts';

const PROBLEM = 'application/problem+json';
const STREAM = 'text/event-stream';

const problem = z.looseObject({
  type: z.string(),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  code: z.string(),
});

type Parsed = Readonly<{ value: unknown }> | null;

const parse = (body: Buffer): Parsed => {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
};

const typeOf = ({ headers }: Answer): string => headers['content-type'] ?? '';

/** The code of a refusal; null for any other answer. */
export const codeOf = ({ status, body }: Pick<Answer, 'status' | 'body'>): string | null => {
  if (status < 400) return null;
  const found = problem.safeParse(parse(body)?.value);
  return found.success ? found.data.code : null;
};

const ofRefusal = (answer: Answer, isBodiless: boolean): string[] => {
  const wrong: string[] = [];
  if (!typeOf(answer).startsWith(PROBLEM)) wrong.push(`a refusal of type ${typeOf(answer) || 'none'}`);
  if (answer.status === 401 && answer.headers['www-authenticate'] === undefined)
    wrong.push('401 without a challenge');
  if (answer.status === 429 && answer.headers['retry-after'] === undefined)
    wrong.push('429 without Retry-After');
  if (isBodiless) return wrong;
  const read = problem.safeParse(parse(answer.body)?.value);
  if (!read.success) return [...wrong, 'a refusal that is no problem (RFC 9457)'];
  const { code, status, type } = read.data;
  if (STATUS_OF_CODE[code] === undefined) wrong.push(`the unknown code ${code}`);
  else if (STATUS_OF_CODE[code] !== answer.status) wrong.push(`${code} with status ${answer.status}`);
  if (status !== answer.status) wrong.push(`a problem of status ${status} in an answer of ${answer.status}`);
  if (type !== `urn:iama:problem:${code.toLowerCase().replaceAll('_', '-')}`)
    wrong.push(`the type ${type} of ${code}`);
  return wrong;
};

/** Holds answers against the document, and refusals against the table of codes. */
export class Judge {
  readonly #ajv: Ajv2020;
  readonly #checks = new Map<Schema, ValidateFunction>();

  constructor() {
    this.#ajv = new Ajv2020({ strict: false, allErrors: false });
    formats.default(this.#ajv);
    this.#ajv.addFormat('binary', true);
  }

  #check(schema: Schema): ValidateFunction {
    const known = this.#checks.get(schema);
    if (known !== undefined) return known;
    const made = this.#ajv.compile(schema);
    this.#checks.set(schema, made);
    return made;
  }

  #content(id: string, { headers, body }: Answer, told: Content): string[] {
    const type = headers['content-type'] ?? '';
    const [mediaType = ''] = told.contentType.split(';');
    if (!type.startsWith(mediaType))
      return [`an answer of ${id} of type ${type || 'none'}, not ${told.contentType}`];
    if (mediaType !== 'application/json') return [];
    const read = parse(body);
    if (read === null) return ['an answer that is not JSON'];
    const check = this.#check(told.schema);
    if (check(read.value)) return [];
    const [first] = check.errors ?? [];
    return [
      `an answer of ${id} against its schema: ${first?.instancePath.replaceAll(/\d+/g, 'N')} ${first?.message}`,
    ];
  }

  /** What contradicts the promises of the operation; empty: nothing. */
  answer(operation: Operation, answer: Answer): string[] {
    const { status, headers, body } = answer;
    if (status >= 500) return [`status ${status}, ${codeOf(answer) ?? 'no code'}`];
    const isStream = typeOf(answer).startsWith(STREAM);
    const wrong = ['x-request-id', 'x-content-type-options', 'cache-control']
      .filter((name) => headers[name] === undefined && !isStream)
      .map((name) => `no header ${name}`);
    if (status >= 400) return [...wrong, ...ofRefusal(answer, operation.method === 'HEAD')];
    if (operation.answers === null) return wrong;
    const told = operation.answers.get(String(status));
    if (told === undefined) return [...wrong, `status ${status}, of which the document does not tell`];
    if (told === null) return body.length === 0 ? wrong : [...wrong, 'a body where the document has none'];
    return [...wrong, ...this.#content(operation.id, answer, told)];
  }

  /** What is wrong with an answer to bytes that are hardly a request. */
  wild(answer: Answer): string[] {
    if (answer.status >= 500) return [`status ${answer.status}, ${codeOf(answer) ?? 'no code'}`];
    return answer.status >= 400 ? ofRefusal(answer, false) : [];
  }

  /** What is wrong with an answer to a request that never came to its end. */
  cut({ id, body }: Operation, answer: Answer): string[] {
    // What needs no body may be answered before it is there.
    return answer.status < 300 && body !== null
      ? [`${id} did what half a body asked for`]
      : this.wild(answer);
  }

  /** Work that was done for whoever may not have it done; headers and target with the words of the plan still in them. */
  admitted(
    { id, by, answers }: Operation,
    { headers, target }: Readonly<{ headers: readonly Header[]; target: string }>,
    { status }: Answer,
  ): string[] {
    if (status >= 300 || by === 'NOBODY' || answers === null) return [];
    const shown = headers.filter(([name]) => name === 'authorization').map(([, value]) => value);
    // Of two, the first counts.
    const who = /^Bearer \{\{(\w+):\d+\}\}$/.exec(shown[0] ?? '')?.[1] ?? 'nobody';
    const may = by === 'OPERATOR' ? ['operator'] : ['developer', 'stranger', 'machine'];
    if (!may.includes(who)) return [`${id} did its work for ${who}`];
    return who === 'stranger' && target.includes('{{job_id:')
      ? [`${id} did its work for another one than the owner`]
      : [];
  }

  /** A body that the document forbids, and that did its work all the same. */
  taken(operation: Operation, sent: Buffer | null, { status }: Answer): string[] {
    if (status >= 300 || operation.body?.contentType !== 'application/json' || operation.answers === null)
      return [];
    const read = sent === null ? null : parse(sent);
    if (read === null) return [];
    const check = this.#check(operation.body.schema);
    if (check(read.value)) return [];
    const [first] = check.errors ?? [];
    return [
      `${operation.id} took a body against its schema: ${first?.instancePath.replaceAll(/\d+/g, 'N')} ${first?.message}`,
    ];
  }
}
