import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf, QuestionRefused, RouteBusy, RouteFaulty } from './gateway.ts';
import { bodyOf, LONGEST_BODY } from './provider-error.ts';

const answered = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Error =>
  failureOf(
    { status, headers: new Headers(headers) },
    0,
    typeof body === 'string' ? body : JSON.stringify(body),
  );

/** What it is about: the fault of the route, of the question, or the kind of error. */
const about = (error: Error): string => {
  if (error instanceof RouteFaulty) return `${error.isOfRoute ? 'route' : 'question'} ${error.fault}`;
  return error instanceof QuestionRefused ? 'QuestionRefused' : error.name;
};

const openAi = (code: string | null, type = 'invalid_request_error') => ({
  error: { message: 'No.', type, param: null, code },
});
const anthropic = (type: string, more: object = {}) => ({
  type: 'error',
  error: { type, message: 'No.', ...more },
  request_id: 'r',
});
const openRouter = (code: number, metadata: object, message = 'No.') => ({
  error: { code, message, metadata },
});
const gemini = (code: number, status: string, reason?: string) => [
  {
    error: {
      code,
      message: 'No.',
      status,
      details: [
        { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', ...(reason === undefined ? {} : { reason }) },
      ],
    },
  },
];

describe('what a provider says of a question that it does not answer', () => {
  it('[LLM-04] is about the question by 403, where the body does not say otherwise in a code that is known', () => {
    for (const body of [
      '',
      'Forbidden',
      '{"error":',
      'null',
      '[]',
      '"permission_error"',
      { error: null },
      { error: 'permission_error' },
      { error: { code: ['permission_error'], type: { a: 1 }, details: 'x', metadata: 7 } },
      { error: { message: 'permission_error insufficient_quota' } },
      openAi(null),
      openAi('forbidden'),
      // A key without a permission, or a guardrail that did not take what was asked: it does not say which.
      openRouter(403, { error_type: 'permission_denied' }),
      openRouter(403, { error_type: 'permission_denied', patterns: ['ignore all'] }),
      openRouter(403, { error_type: 'content_policy_violation', reasons: ['violence'], flagged_input: 'a' }),
      openRouter(403, { reasons: ['violence'], flagged_input: 'insufficient_quota' }),
      { error: { type: 'safety_check_failed', code: '403', message: 'No.' } },
    ])
      expect([body, about(answered(403, body))]).toEqual([body, 'QuestionRefused']);
  });

  it('[LLM-04] is about our key or account by 403, where a code says so', () => {
    for (const [body, fault] of [
      [anthropic('permission_error'), 'GATEWAY_KEY_REJECTED'],
      [openAi('unsupported_country_region_territory', 'request_forbidden'), 'GATEWAY_KEY_REJECTED'],
      [openAi('model_not_found'), 'GATEWAY_ROUTE_UNKNOWN'],
      [openAi('403', 'key_model_access_denied'), 'GATEWAY_ROUTE_UNKNOWN'],
      [gemini(403, 'PERMISSION_DENIED'), 'GATEWAY_KEY_REJECTED'],
      [gemini(403, 'PERMISSION_DENIED', 'BILLING_DISABLED'), 'GATEWAY_ACCOUNT_UNPAID'],
      [openRouter(403, { limit_source: 'openrouter_key_limit' }), 'GATEWAY_ACCOUNT_UNPAID'],
      [
        openRouter(403, { error_type: 'permission_denied', limit_source: 'openrouter_workspace_budget' }),
        'GATEWAY_ACCOUNT_UNPAID',
      ],
    ] as const)
      expect([body, about(answered(403, body))]).toEqual([body, `route ${fault}`]);
  });

  it('[LLM-04] is about the question where it names what it does not take, also beside a code of the key', () => {
    const flagged = { reasons: ['violence'], flagged_input: 'a' };
    const both = { error: { type: 'permission_error', code: 403, message: 'No.', metadata: flagged } };
    expect(about(answered(403, both))).toBe('QuestionRefused');
    expect(about(answered(403, openAi('content_filter', 'permission_error')))).toBe('QuestionRefused');
    expect(about(answered(404, openAi('context_length_exceeded')))).toBe('QuestionRefused');
  });

  it('[LLM-04] is about our account by 429, where a code says that it is not paid, and that of a busy route else', () => {
    for (const body of [
      openAi('insufficient_quota', 'insufficient_quota'),
      openAi(null, 'insufficient_quota'),
      openAi('credit_balance_exhausted', 'insufficient_quota'),
      openAi('organization_spend_limit_exceeded', 'insufficient_quota'),
      openAi('project_spend_limit_exceeded', 'insufficient_quota'),
      openAi('organization_usage_limit_exceeded', 'insufficient_quota'),
      openAi('429', 'budget_exceeded'),
      anthropic('rate_limit_error', { details: { error_code: 'enforced_spend_limit_reached' } }),
    ])
      for (const headers of [{}, { 'retry-after': '7' }])
        expect([body, about(answered(429, body, headers))]).toEqual([body, 'route GATEWAY_ACCOUNT_UNPAID']);
    for (const body of [
      openAi('rate_limit_exceeded', 'requests'),
      openAi('slow_down', 'rate_limit_error'),
      anthropic('rate_limit_error'),
      gemini(429, 'RESOURCE_EXHAUSTED'),
      openRouter(429, { reasons: ['violence'], flagged_input: 'a' }),
      'insufficient_quota',
    ]) {
      expect([body, about(answered(429, body))]).toEqual([body, 'Error']);
      const busy = answered(429, body, { 'retry-after': '7' });
      expect(busy).toBeInstanceOf(RouteBusy);
      expect(busy).toMatchObject({ retryAfterMs: 7_000 });
    }
  });

  it('[LLM-04] is about our key or account by whatever other status it comes with', () => {
    for (const [status, body, fault] of [
      [400, openAi('400', 'budget_exceeded'), 'GATEWAY_ACCOUNT_UNPAID'],
      [400, gemini(400, 'INVALID_ARGUMENT', 'API_KEY_INVALID'), 'GATEWAY_KEY_REJECTED'],
      [400, gemini(400, 'FAILED_PRECONDITION'), 'GATEWAY_ACCOUNT_UNPAID'],
      [401, openAi('401', 'key_model_access_denied'), 'GATEWAY_ROUTE_UNKNOWN'],
      [401, anthropic('authentication_error'), 'GATEWAY_KEY_REJECTED'],
      [402, anthropic('billing_error'), 'GATEWAY_ACCOUNT_UNPAID'],
      [404, anthropic('not_found_error'), 'GATEWAY_ROUTE_UNKNOWN'],
    ] as const)
      expect([body, about(answered(status, body))]).toEqual([body, `route ${fault}`]);
  });

  it('[LLM-04] is about this question and our account by 402, where a smaller question could be paid', () => {
    const affords = (requested: number, left: number) =>
      openRouter(
        402,
        { provider_name: null, limit_source: 'openrouter_credits' },
        `This request requires more credits, or fewer max_tokens. You requested up to ${requested} tokens, but can only afford ${left}. To increase, visit https://openrouter.ai/settings/credits and add more credits`,
      );
    expect(about(answered(402, affords(32_000, 27_342)))).toBe('question GATEWAY_ACCOUNT_UNPAID');
    const prompt = openRouter(
      402,
      {},
      'Prompt tokens limit exceeded: 230799 > 91442. To increase, visit https://x',
    );
    expect(about(answered(402, prompt))).toBe('question GATEWAY_ACCOUNT_UNPAID');
    for (const body of [
      '',
      affords(32_000, 0),
      openRouter(402, {}, 'Prompt tokens limit exceeded: 5 > 0.'),
      openRouter(402, {}, 'Insufficient credits. You requested up to 5 tokens, but can only afford 4.'),
    ])
      expect([body, about(answered(402, body))]).toEqual([body, 'route GATEWAY_ACCOUNT_UNPAID']);
    // Said with any other status it is nothing that is known.
    expect(about(answered(403, affords(32_000, 27_342)))).toBe('route GATEWAY_ACCOUNT_UNPAID');
    expect(about(answered(400, affords(2, 1).error.message))).toBe('QuestionRefused');
  });

  it('[LLM-04] is about our account by 400, where Anthropic says in its own words that the credit is spent, and by nobody else', () => {
    const SPENT =
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.';
    const saying = (message: string, type = 'invalid_request_error') => ({
      type: 'error',
      error: { type, message },
    });
    const LIMIT =
      'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.';
    for (const message of [SPENT, SPENT.replace('Anthropic', 'Claude'), LIMIT])
      expect(about(answered(400, saying(message)))).toBe('route GATEWAY_ACCOUNT_UNPAID');
    // What a person wrote may stand within a message, and never begins one.
    for (const body of [
      saying(`messages.0.content: ${SPENT}`),
      saying('Your credit balance is too low, says the code'),
      saying(SPENT, 'overloaded_error'),
      { error: SPENT },
      SPENT,
    ])
      expect([body, about(answered(400, body))]).toEqual([body, 'QuestionRefused']);
    expect(about(answered(403, saying(SPENT)))).toBe('QuestionRefused');
  });

  it('[LLM-04] is never read of what is no 4xx', () => {
    for (const status of [302, 500, 503])
      expect(about(answered(status, openAi('insufficient_quota')))).toBe('Error');
  });

  it('[LLM-04] whatever the body: one of four errors, and a route is at fault by the status or by a code that is known', () => {
    const known = fc.constantFrom(
      'permission_error',
      'insufficient_quota',
      'content_filter',
      'model_not_found',
      'x',
    );
    const value = fc.oneof(known, fc.jsonValue());
    const error = fc.record(
      {
        code: value,
        type: value,
        status: value,
        message: value,
        metadata: fc.oneof(
          fc.jsonValue(),
          fc.record({ error_type: value, limit_source: value, reasons: value }),
        ),
        details: fc.oneof(
          fc.jsonValue(),
          fc.array(fc.record({ reason: value })),
          fc.record({ error_code: value }),
        ),
      },
      { requiredKeys: [] },
    );
    const body = fc.oneof(
      fc.string(),
      fc
        .oneof(fc.jsonValue(), fc.record({ error }), fc.array(fc.record({ error }), { maxLength: 3 }))
        .map((json) => JSON.stringify(json)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 499 }), body, (status, text) => {
        const failure = answered(status, text);
        expect(
          failure instanceof RouteFaulty || failure instanceof QuestionRefused || failure.name === 'Error',
        ).toBe(true);
        if (!(failure instanceof RouteFaulty)) return;
        const names = ['permission_error', 'insufficient_quota', 'model_not_found'];
        expect(
          [401, 402, 404, 405, 407, 410].includes(status) || names.some((name) => text.includes(name)),
        ).toBe(true);
      }),
    );
  });
});

describe('the body of such an answer', () => {
  const endless = (chunk: string) =>
    new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(chunk)),
    });
  const silent = (first: string) =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(first)),
    });

  it('[LLM-04] is read as far as it says something, and not where it never ends, breaks off or says nothing more', async () => {
    expect(await bodyOf(new Response('{"a":1}'))).toBe('{"a":1}');
    expect(await bodyOf(new Response(null))).toBe('');
    expect((await bodyOf(new Response(endless('x'.repeat(1_000))))).length).toBeLessThanOrEqual(LONGEST_BODY);
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('reset')),
    });
    expect(await bodyOf(new Response(broken))).toBe('');
    const began = performance.now();
    expect(await bodyOf(new Response(silent('{"a"')), 50)).toBe('{"a"');
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('[LLM-04] is not read where somebody else did before', async () => {
    const response = new Response('x');
    await response.text();
    expect(await bodyOf(response)).toBe('');
    const read = new Response('x');
    read.body?.getReader();
    expect(await bodyOf(read)).toBe('');
  });
});
