import { expect, it } from 'vitest';
import type { DeliveryView, JobView } from '../api/wire.ts';
import { acceptDelivery, applyDelivery, askForSelection } from './delivery-gates.ts';
import type { GateOptions } from './gate-options.ts';
import { createGates } from './gates.ts';
import { createOutput } from './output.ts';
import type { Prompt } from './prompt.ts';

const hunk = (hunk_id: string) => ({ hunk_id, old_start: 1, old_lines: 1, new_start: 1, new_lines: 1 });
const file = (to: string, symbols: readonly string[]): DeliveryView['files'][number] => ({
  path: to,
  to,
  status: 'MODIFIED',
  before_sha256: null,
  after_sha256: null,
  diff: '',
  hunks: [hunk(`h-${to}`)],
  symbols: symbols.map((name) => ({ symbol_id: `${to}#${name}`, name })),
});

const silent = createOutput({
  json: true,
  stdout: { isTTY: false, write: () => true },
  stderr: { isTTY: false, write: () => true },
  env: {},
});

/** What was asked, with the keys that could be answered. */
const asking = async (answers: readonly string[], ...files: readonly DeliveryView['files'][number][]) => {
  const asked: string[] = [];
  /** The questions, and what was shown before each. */
  const seen: string[] = [];
  const left = [...answers];
  const prompt: Prompt = {
    text: async () => '',
    secret: async () => '',
    choose: async (text: string, ways: Readonly<Record<string, string>>) => {
      asked.push(`${text} ${Object.keys(ways).join('')}`);
      seen.push(asked.at(-1) ?? '');
      return left.shift() ?? '';
    },
  };
  const output = { ...silent, show: (text: string) => void seen.push(text) };
  const selection = await askForSelection(prompt, output, { files } as unknown as DeliveryView);
  return { asked, seen, selection };
};

it('[DEL-02] [EXE-07] asks for the symbols of a file that has several, and takes those that were wanted', async () => {
  const { asked, selection } = await asking(
    ['f', 's', 'n', 'y', 'n'],
    file('a.ts', ['one', 'two']),
    file('b.ts', ['only']),
  );
  expect(asked).toEqual(['Take it? afdn', 'Take a.ts? yns', 'Take one? yn', 'Take two? yn', 'Take b.ts? yn']);
  expect(selection).toEqual({ files: [], hunks: [], symbols: ['a.ts#two'] });
});

it('[DEL-02] [EXE-07] shows each hunk before it asks for it, so that nobody has to find it in the whole diff', async () => {
  const hunks = [
    { ...hunk('first'), text: '@@ -1 +1 @@\n-@@ a\n+ @@ b\n' },
    { ...hunk('second'), text: '@@ -9 +9 @@ c\n-d\n+e\n' },
  ];
  const diff = `--- a/a.ts\n+++ b/a.ts\n${hunks.map(({ text }) => text).join('')}`;
  const { seen, selection } = await asking(['f', 'h', 'n', 'y'], { ...file('a.ts', []), hunks, diff });
  const ask = (index: number) => `Take hunk ${index} of 2, at line 1? yn`;
  expect(seen.slice(-4)).toEqual([hunks[0]?.text, ask(1), hunks[1]?.text, ask(2)]);
  expect(selection).toEqual({ files: [], hunks: ['second'], symbols: [] });
});

it.each(['\r', '\u2028', '\u2029'])(
  '[DEL-02] [EXE-07] shows of a hunk all that is taken, also where code holds %j before what looks like a hunk',
  async (end) => {
    const hunks = [
      { ...hunk('first'), text: `@@ -1 +1 @@\n-a\n+'${end}@@ -9 +9 @@ c'\n` },
      { ...hunk('second'), text: '@@ -9 +9 @@ c\n-d\n+e\n' },
    ];
    const diff = `--- a/a.ts\n+++ b/a.ts\n${hunks.map(({ text }) => text).join('')}`;
    const { seen } = await asking(['f', 'h', 'n', 'y'], { ...file('a.ts', []), hunks, diff });
    expect([seen.at(-4), seen.at(-2)]).toEqual(hunks.map(({ text }) => text));
  },
);

it('[DEL-02] [EXE-07] takes nothing when every symbol was refused', async () => {
  const { selection } = await asking(['f', 's', 'n', 'n'], file('a.ts', ['one', 'two']));
  expect(selection).toBeNull();
});

it.each([
  ['none', null],
  ['ask', 'n'],
] as const)('[DEL-02] [EXE-07] says how to take later what was left: --accept %s', async (accept, answer) => {
  const told: string[] = [];
  const delivery = {
    ...{ files: [], baseline: null, override: null },
    tests: { total: 0, passed: 0, failed: 0, timed_out: 0, skipped: 0, strict_errors: 0 },
  };
  const options = {
    client: { delivery: async () => delivery },
    job: { jobId: 'job-1', yes: false, accept },
    output: { ...silent, step: (line: string) => told.push(line) },
    prompt: { choose: async () => answer },
  } as unknown as GateOptions;
  expect(await acceptDelivery(options)).toBe('DONE');
  expect(told).toEqual([expect.stringContaining('iama attach job-1 --accept ask')]);
});

it('[SPC-01] [EXE-07] tells again what the person accepted, where they take it', async () => {
  const shown: string[] = [];
  const offering = async (accepted_conditions: readonly string[]) => {
    shown.length = 0;
    const delivery = {
      ...{ files: [], baseline: null, override: null, accepted_conditions },
      tests: { total: 0, passed: 0, failed: 0, timed_out: 0, skipped: 0, strict_errors: 0 },
    };
    await acceptDelivery({
      client: { delivery: async () => delivery },
      job: { jobId: 'job-1', yes: false, accept: 'none' },
      output: { ...silent, show: (line: string) => shown.push(line) },
      prompt: null,
    } as unknown as GateOptions);
    return shown.join('\n');
  };
  expect(await offering(['STRICT_MODE'])).toContain('You accepted STRICT_MODE. Sloppy code becomes strict');
  expect(await offering([])).not.toContain('accepted');
});

/** The gate of a black-box delivery; `answer` null: nobody is there to ask. */
const takingBlackBox = async (
  answer: string | null,
  {
    toAcknowledge = 4,
    yes = false,
    mode = 'BLACK_BOX',
  }: Readonly<{ toAcknowledge?: number; yes?: boolean; mode?: string }> = {},
) => {
  const [calls, told, asked]: [unknown[], string[], string[]] = [[], [], []];
  const delivery = {
    ...{ files: [], override: null },
    tests: { total: 1, passed: 1, failed: 0, timed_out: 0, skipped: 0, strict_errors: 0 },
    baseline: {
      kept: 3,
      coverage: { branches: { covered: 1, total: 4 } },
      to_acknowledge: toAcknowledge,
      mode,
    },
  };
  const options = {
    client: {
      delivery: async () => delivery,
      acceptDelivery: async (...args: unknown[]) => calls.push(args),
    },
    job: { jobId: 'job-1', yes, accept: 'all' },
    output: {
      ...silent,
      step: (line: string) => told.push(line),
      show: (line: string) => told.push(line),
    },
    prompt:
      answer === null
        ? null
        : {
            choose: async (question: string) => {
              asked.push(question);
              return answer;
            },
          },
  } as unknown as GateOptions;
  return { how: await acceptDelivery(options), calls, told: told.join('\n'), asked };
};

it('[TST-01] [EXE-07] takes a black box only from who acknowledges what no run reached', async () => {
  const taken = await takingBlackBox('y');
  expect(taken.told).toContain('tested from outside: 4 branches and functions were never reached');
  expect(taken.calls).toEqual([['job-1', 'ALL', 4]]);
  expect(await takingBlackBox('n')).toMatchObject({ how: 'DONE', calls: [] });
  const own = await takingBlackBox('n', { mode: 'ASSERTION' });
  expect(own.told).toContain(
    "Only the project's own tests guard this, and they hold what they state: 4 branches",
  );
  await expect(takingBlackBox(null)).rejects.toMatchObject({ code: 'WAITING_FOR_A_DECISION' });
});

it('[TST-01] [EXE-07] acknowledges with --yes and says so, and asks nothing where all was reached', async () => {
  const { calls, told, asked } = await takingBlackBox(null, { yes: true });
  expect(calls).toEqual([['job-1', 'ALL', 4]]);
  expect(told).toContain('Acknowledged, because of --yes: 4 without a test.');
  expect(asked).toEqual([]);
  expect(await takingBlackBox('n', { toAcknowledge: 0 })).toMatchObject({
    calls: [['job-1', 'ALL', 0]],
    asked: [],
  });
});

const partFailed = {
  kind: 'APPLY',
  status: 'FAILED',
  code: 'RETEST_FAILED',
  files: [],
  reason: 'No.',
} as const;

/** The gate after a part that did not pass; `answer` null: nobody is there to ask. */
const afterRetest = async (answer: string | null): Promise<readonly unknown[]> => {
  const calls: unknown[] = [];
  const options = {
    client: { applyDelivery: async (...args: unknown[]) => calls.push(args) },
    job: { jobId: 'job-1', yes: false, apply: null },
    acceptTyped: null,
    output: silent,
    prompt: answer === null ? null : { choose: async () => answer },
    lastOutcome: () => partFailed,
  } as unknown as GateOptions;
  await applyDelivery(options);
  return calls;
};

it('[DEL-03] [EXE-07] applies a part untested only where the person says so', async () => {
  expect(await afterRetest('u')).toEqual([['job-1', true]]);
  await expect(afterRetest('n')).rejects.toMatchObject({ code: 'RETEST_FAILED', exitCode: 4 });
  await expect(afterRetest(null)).rejects.toMatchObject({ code: 'RETEST_FAILED', exitCode: 4 });
});

const DELIVERY = {
  ...{ files: [file('a.ts', []), file('b.ts', [])], baseline: null, override: null },
  tests: { total: 0, passed: 0, failed: 0, timed_out: 0, skipped: 0, strict_errors: 0 },
};
const PART = { files: ['a.ts'], hunks: [], symbols: [] };

/** What is asked of the server for a job of which a part was accepted by an earlier command. */
const appliedAfterPart = async (
  acceptTyped: 'all' | 'none' | 'ask' | null,
  { answers, selection = PART }: Readonly<{ answers: readonly string[]; selection?: typeof PART | 'ALL' }>,
): Promise<readonly unknown[]> => {
  const calls: unknown[] = [];
  const left = [...answers];
  const options = {
    client: {
      delivery: async () => ({ ...DELIVERY, selection }),
      acceptDelivery: async (_job: string, taken: unknown) => calls.push(taken),
      applyDelivery: async () => calls.push('apply'),
    },
    job: { jobId: 'job-1', yes: false, accept: acceptTyped, apply: answers.length > 0 ? null : true },
    acceptTyped,
    output: silent,
    prompt: { choose: async () => left.shift() ?? 'nothing more is to be asked' },
    lastOutcome: () => null,
  } as unknown as GateOptions;
  await applyDelivery(options);
  return calls;
};

it('[DEL-02] [EXE-07] takes what the command names in place of what an earlier one accepted, and once', async () => {
  expect(await appliedAfterPart('all', { answers: [] })).toEqual(['ALL', 'apply']);
  expect(await appliedAfterPart('all', { answers: [], selection: 'ALL' })).toEqual(['apply']);
  expect(await appliedAfterPart('ask', { answers: ['f', 'n', 'y', 'y'] })).toEqual([
    { ...PART, files: ['b.ts'] },
    'apply',
  ]);
  for (const typed of [null, 'none'] as const)
    expect(await appliedAfterPart(typed, { answers: [] })).toEqual(['apply']);
});

it('[DEL-02] [EXE-07] lets a person choose again before it is written', async () => {
  expect(await appliedAfterPart(null, { answers: ['o', 'a'] })).toEqual(['ALL', 'apply']);
  expect(await appliedAfterPart(null, { answers: ['o', 'n'] })).toEqual([]);
});

it('[DEL-02] [EXE-07] asks once what to take where the command says to ask, and it was not accepted before', async () => {
  const calls: unknown[] = [];
  const answers = ['a', 'y'];
  const gates = createGates({
    client: {
      delivery: async () => ({ ...DELIVERY, selection: PART }),
      acceptDelivery: async (_job: string, taken: unknown) => calls.push(taken),
      applyDelivery: async () => calls.push('apply'),
    },
    job: { jobId: 'job-1', yes: false, accept: 'ask', apply: null },
    acceptTyped: 'ask',
    output: silent,
    prompt: { choose: async () => answers.shift() ?? 'nothing more is to be asked' },
    lastOutcome: () => null,
  } as unknown as GateOptions);
  for (const delivery_phase of ['OFFERED', 'ACCEPTED'])
    await gates({ status: 'DELIVERED', delivery_phase } as unknown as JobView);
  expect(calls).toEqual(['ALL', 'apply']);
});
