import { describe, expect, it } from 'vitest';
import { problem } from '../../infra/http/problems.ts';
import { Judge } from './judge.ts';
import type { Operation } from './operations.ts';
import type { Answer } from './send.ts';

const SCHEMA = {
  type: 'object',
  properties: { id: { type: 'string' } },
  required: ['id'],
  additionalProperties: false,
};
const JSON_TYPE = 'application/json; charset=utf-8';
const OPERATION: Operation = {
  id: 'MakeThing',
  method: 'POST',
  path: '/things',
  by: 'NOBODY',
  query: [],
  headers: [],
  body: { contentType: 'application/json', schema: SCHEMA },
  answers: new Map([
    ['201', { contentType: 'application/json', schema: SCHEMA }],
    ['204', null],
  ]),
};

const judge = new Judge();
const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: {
    'x-request-id': 'r',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-type': status < 400 ? JSON_TYPE : 'application/problem+json',
    ...headers,
  },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const wrong = (given: Answer) => judge.answer(OPERATION, given);
const refusal = (change: object = {}) => ({ ...problem('VALIDATION_FAILED', 'No.'), ...change });

describe('an answer', () => {
  it('is fine when it keeps every promise', () => {
    expect(wrong(answer(201, { id: 'a' }))).toEqual([]);
    expect(wrong(answer(204, ''))).toEqual([]);
    expect(wrong(answer(422, refusal()))).toEqual([]);
  });

  it.each([
    ['a fault of ours', answer(500, problem('INTERNAL_ERROR', 'Oh.')), 'status 500'],
    ['a status that nobody told of', answer(200, { id: 'a' }), 'status 200'],
    ['another type', answer(201, '<p>', { 'content-type': 'text/html' }), 'of type text/html'],
    ['what is not JSON', answer(201, '{'), 'not JSON'],
    ['bytes that are no text', { ...answer(201, ''), body: Buffer.from([0x22, 0xff, 0x22]) }, 'not JSON'],
    ['a member too few', answer(201, {}), 'against its schema'],
    ['a member too many', answer(201, { id: 'a', more: 1 }), 'against its schema'],
    ['a body where there is none', answer(204, 'x'), 'a body where'],
    ['a refusal as plain JSON', answer(422, refusal(), { 'content-type': JSON_TYPE }), 'a refusal of type'],
    ['a refusal without a code', answer(422, refusal({ code: undefined })), 'no problem'],
    ['an unknown code', answer(422, refusal({ code: 'NOVEL' })), 'unknown code NOVEL'],
    ['the status of another code', answer(409, refusal()), 'VALIDATION_FAILED with status 409'],
    ['another status inside', answer(422, refusal({ status: 400 })), 'a problem of status 400'],
    ['another type inside', answer(422, refusal({ type: 'about:blank' })), 'the type about:blank'],
    ['no challenge', answer(401, problem('UNAUTHENTICATED', 'No.')), 'without a challenge'],
    ['no time to wait', answer(429, problem('RATE_LIMITED', 'No.')), 'without Retry-After'],
  ])('is not with %s', (_what, given, found) => {
    expect(wrong(given).join('; ')).toContain(found);
  });

  it('is not without the headers of every answer', () => {
    const { headers, ...bare } = answer(201, { id: 'a' });
    expect(wrong({ ...bare, headers: { 'content-type': headers['content-type'] ?? '' } })).toHaveLength(3);
  });
});

describe('a body that did its work', () => {
  const taken = (body: string, status = 201) =>
    judge.taken(OPERATION, Buffer.from(body), answer(status, { id: 'a' }));

  it('was allowed by the document', () => {
    expect(taken('{"id":"a"}')).toEqual([]);
    expect(taken('{"id":1}')).toEqual([expect.stringContaining('MakeThing took a body against its schema')]);
    expect(taken('{"id":1}', 422)).toEqual([]);
  });
});

describe('work that was done', () => {
  const OF_PEOPLE: Operation = { ...OPERATION, id: 'ReadThing', by: 'DEVELOPER', path: '/things/{job_id}' };
  const admitted = (operation: Operation, bearer: string | null, status = 201) =>
    judge.admitted(
      operation,
      {
        headers: bearer === null ? [] : [['authorization', `Bearer ${bearer}`]],
        target: '/things/{{job_id:0}}',
      },
      answer(status, { id: 'a' }),
    );

  it('[SEC-04] was done for its owner, and refused to others', () => {
    for (const word of ['developer', 'machine']) expect(admitted(OF_PEOPLE, `{{${word}:0}}`)).toEqual([]);
    expect(admitted({ ...OF_PEOPLE, by: 'OPERATOR' }, '{{operator:1}}')).toEqual([]);
    expect(admitted(OPERATION, null)).toEqual([]);
    expect(admitted(OF_PEOPLE, '{{forged:3}}', 401)).toEqual([]);
  });

  it.each([
    ['a forged token', OF_PEOPLE, '{{forged:3}}', 'for forged'],
    ['no token', OF_PEOPLE, null, 'for nobody'],
    ['an operator', OF_PEOPLE, '{{operator:0}}', 'for operator'],
    ['a person', { ...OF_PEOPLE, by: 'OPERATOR' } as const, '{{developer:0}}', 'for developer'],
    ['the id of another', OF_PEOPLE, '{{stranger:0}}', 'another one than the owner'],
  ])('[SEC-04] [SEC-09] was wrong with %s', (_what, operation, bearer, found) => {
    expect(admitted(operation, bearer).join()).toContain(found);
  });

  it('[SEC-05] was wrong where only half of the body came', () => {
    expect(judge.cut(OPERATION, answer(201, { id: 'a' }))).toEqual([
      'MakeThing did what half a body asked for',
    ]);
    expect(judge.cut({ ...OPERATION, body: null }, answer(201, { id: 'a' }))).toEqual([]);
    expect(judge.cut(OPERATION, answer(422, refusal()))).toEqual([]);
    expect(judge.cut(OPERATION, answer(503, refusal()))).toHaveLength(1);
  });
});
