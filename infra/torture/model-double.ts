import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Json } from '../../domain/kernel/message.ts';
import type { ModelCall } from '../../domain/refactoring/job/values.ts';
import { type LocalServer, startLocalServer } from '../http/testing/local-server.ts';

export const MODEL = 'torture-1';

/** Micro-credits per 1,000 tokens, as an operator publishes them. */
export const MODEL_PRICE = { input: 100_000, cached: 10_000, output: 500_000 } as const;

/** What no answer of the double goes beyond. Two patches and what comes before them are more than a hold of ten credits. */
export const AT_MOST = { inputTokens: 30_000, outputTokens: 5_000 } as const;

type Usage = Readonly<{ input: number; cached: number; output: number; microCredits: number }>;
const PATCH: Usage = { input: 9_001, cached: 4_000, output: 3_000, microCredits: 2_040_100 };

/** Tokens that each stage takes; `microCredits` is worked out by hand, so that the product's arithmetic is held against it. */
export const USAGE = {
  ANALYSE: { input: 8_000, cached: 2_000, output: 1_500, microCredits: 1_370_000 },
  SPECIFY: { input: 6_000, cached: 4_000, output: 1_200, microCredits: 840_000 },
  PLAN_TESTS: { input: 7_000, cached: 4_000, output: 2_001, microCredits: 1_340_500 },
  PATCH,
  REPAIR: PATCH,
} as const satisfies Readonly<Record<ModelCall['stage'], Usage>>;

const proposal = (strategy: string): Json => ({
  strategy,
  title: strategy,
  simple: 'Types where they help.',
  professional: 'Types.',
  filesTouched: ['index.js'],
  risk: 2,
  breakingSurface: [],
  dependencyCompatibility: [],
  complexity: { files: 1, lines: 1, functions: 0, branches: 0 },
  credits: { estimate: 5, low: 3, high: 9 },
});

const PATCHED: Json = {
  status: 'PATCHED',
  patch: {
    schema: 'iama.patch/1',
    edits: [{ op: 'WRITE_FILE', path: 'index.js', baseSha256: 'a'.repeat(64), content: 'export {};\n' }],
  },
  summary: 'Typed.',
};

const ANSWERS: Readonly<Record<ModelCall['stage'], Json>> = {
  ANALYSE: {
    status: 'ANALYSED',
    analysis: {},
    proposals: ['CONSERVATIVE', 'STANDARD', 'COMPREHENSIVE'].map(proposal),
    notes: [],
  },
  SPECIFY: {
    status: 'SPECIFIED',
    bdd: [{ given: 'the module', when: 'it is loaded', then: 'it gives 1' }],
    sdd: [{ topic: 'TYPES', statement: 'a number' }],
  },
  PLAN_TESTS: {
    status: 'PLANNED',
    plan: {
      mode: 'CHARACTERISATION',
      runner: 'node',
      files: [{ path: '.iama/tests/a.test.mjs', text: 'export {};\n' }],
      subjects: [{ module: 'index.js', cases: 3 }],
      confidence: 100,
      uncovered: [],
    },
    cases: 3,
  },
  PATCH: PATCHED,
  REPAIR: PATCHED,
};

const asked = z.object({
  model: z.literal(MODEL),
  messages: z.tuple([z.object({ content: z.string() })]),
  user: z.string(),
});
const question = z.object({ stage: z.enum(['ANALYSE', 'SPECIFY', 'PLAN_TESTS', 'PATCH', 'REPAIR']) });

export type ModelDouble = LocalServer &
  Readonly<{
    /** Questions that it answered, by job; the same one again counts once. */
    answered: ReadonlyMap<string, ReadonlySet<string>>;
  }>;

/** One in so many questions is first answered with 503, and one in so many patches is none. */
const RARE = 10;
const isRare = (key: string, what: string): boolean =>
  createHash('sha256').update(`${what} ${key}`).digest().readUInt32BE() % RARE === 0;

/** A provider of models over HTTP on loopback, which says the same to the same question, and what it cost. */
export const startModelDouble = async (): Promise<ModelDouble> => {
  const answered = new Map<string, Set<string>>();
  const refused = new Set<string>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const key = String(request.headers['idempotency-key']);
    const { user, messages } = asked.parse(JSON.parse(await text(request)));
    const { stage } = question.parse(JSON.parse(messages[0].content));
    const reply = (status: number, body: Json): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (isRare(key, 'refused') && !refused.has(key)) {
      refused.add(key);
      return reply(503, { error: { type: 'server_error', message: 'overloaded' } });
    }
    answered.set(user, (answered.get(user) ?? new Set()).add(key));
    const isNone = (stage === 'PATCH' || stage === 'REPAIR') && isRare(key, 'none');
    const { input, cached, output } = USAGE[stage];
    reply(200, {
      object: 'chat.completion',
      model: MODEL,
      choices: [
        { index: 0, message: { role: 'assistant', content: JSON.stringify(isNone ? {} : ANSWERS[stage]) } },
      ],
      usage: {
        prompt_tokens: input,
        completion_tokens: output,
        prompt_tokens_details: { cached_tokens: cached },
      },
    });
  };
  return { ...(await startLocalServer(serve)), answered };
};
