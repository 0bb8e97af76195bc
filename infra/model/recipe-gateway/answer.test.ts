import { describe, expect, it } from 'vitest';
import { analyseAnswer } from '../../../processors/refactoring/analyse.schema.ts';
import { patchAnswer } from '../../../processors/refactoring/patch.schema.ts';
import { planTestsAnswer } from '../../../processors/refactoring/plan-tests.schema.ts';
import { specifyAnswer } from '../../../processors/refactoring/specify.schema.ts';
import { answer } from './answer.ts';
import { contextOf, packageFiles, question } from './testing/package.ts';

const SLOW = 60_000;

const patched = (output: unknown) => {
  const parsed = patchAnswer.parse(output);
  if (parsed.status !== 'PATCHED') throw new Error(`a patch is expected: ${JSON.stringify(parsed)}`);
  return parsed;
};

describe('the recipe gateway', () => {
  it('[LLM-10] refuses a goal that it has no recipe for', () => {
    expect(answer(question('ANALYSE', { goal: 'PYTHON_2_TO_3' }))).toMatchObject({
      status: 'REFUSED',
      reasons: [{ code: 'NO_RECIPE' }],
    });
  });

  it('[LLM-10] refuses at the analysis what it could not convert', () => {
    const files = [...packageFiles, { path: 'tsconfig.json', text: '{}' }];
    expect(answer(question('ANALYSE', { context: contextOf(files) }))).toMatchObject({
      status: 'REFUSED',
      reasons: [{ code: 'ALREADY_TYPESCRIPT' }],
    });
  });

  it(
    '[TST-01] refuses to plan tests where nothing can be exercised',
    () => {
      const files = packageFiles.map((file) => ({
        ...file,
        text: file.path.endsWith('.js') ? '' : file.text,
      }));
      expect(answer(question('PLAN_TESTS', { context: contextOf(files) }))).toMatchObject({
        status: 'REFUSED',
      });
    },
    SLOW,
  );

  it('[TST-01] refuses own tests as the plan where there are none, and says what to leave out', () => {
    expect(answer(question('PLAN_TESTS', { inputs: { testMode: 'ASSERTION' } }))).toEqual({
      status: 'REFUSED',
      reasons: [
        {
          code: 'OWN_TESTS_MISSING',
          reason: expect.stringContaining('leave --test-mode assertion out'),
          path: null,
          line: null,
        },
      ],
    });
  });

  it(
    '[SPC-01] computes three proposals from the code',
    () => {
      const output = analyseAnswer.parse(answer(question('ANALYSE')));
      if (output.status !== 'ANALYSED') throw new Error('an analysis is expected');
      const [types, syntax, modules] = output.proposals;
      expect(types).toMatchObject({
        strategy: 'CONSERVATIVE',
        risk: 1,
        complexity: { files: 2, functions: 6 },
        credits: { estimate: 0, low: 0, high: 0 },
      });
      expect(types?.filesTouched).toEqual(expect.arrayContaining(['index.js', 'lib/units.js']));
      expect(syntax?.risk).toBeGreaterThan(types?.risk ?? 5);
      expect(modules?.strategy).toBe('COMPREHENSIVE');
      expect(output.analysis).toMatchObject({
        publicSurface: [
          { path: 'index.js', exports: [{ name: 'double' }, { name: 'mark' }, { name: 'Ruler' }] },
        ],
        moduleSystems: { CONSERVATIVE: { system: 'COMMONJS' } },
      });
      const branchless = packageFiles.map((file) => ({
        ...file,
        text: file.text.replace('result > units.MAX ? units.MAX : result', 'result'),
      }));
      const simpler = analyseAnswer.parse(answer(question('ANALYSE', { context: contextOf(branchless) })));
      expect(simpler).toMatchObject({ proposals: [{ complexity: { branches: 0 } }, {}, {}] });
      expect(types?.complexity.branches).toBe(1);
    },
    SLOW,
  );

  it(
    '[SPC-02] writes items about what the tests exercise and what is built',
    () => {
      const { bdd, sdd } = specifyAnswer.parse(answer(question('SPECIFY')));
      expect(bdd[0]?.given).toContain('index.js');
      expect(bdd[0]?.when).toMatch(/double.*Ruler|Ruler.*double/);
      expect(sdd.map(({ topic }) => topic)).toEqual(
        expect.arrayContaining(['STRUCTURE', 'TYPES', 'DEPENDENCIES']),
      );
      expect(sdd[0]?.statement).toContain('lib/units.js');
    },
    SLOW,
  );

  it(
    '[TST-01] plans tests under .iama/tests with cases for each export',
    () => {
      const output = planTestsAnswer.parse(answer(question('PLAN_TESTS')));
      if (output.status !== 'PLANNED') throw new Error('a plan is expected');
      expect(output.cases).toBeGreaterThan(10);
      expect(output.plan.confidence).toBeGreaterThan(0);
      expect(output.plan.subjects.map(({ module }) => module)).toContain('index.js');
    },
    SLOW,
  );

  it(
    '[LLM-10] [JOB-08] converts the package without an error under --strict, the same each time',
    () => {
      const first = patched(answer(question('PATCH')));
      expect(first.report).toMatchObject({ types: { strictErrors: [] } });
      expect(first.patch.edits).toMatchObject([
        {
          op: 'RENAME_FILE',
          path: 'index.js',
          to: 'index.ts',
          baseSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        { op: 'RENAME_FILE', path: 'lib/units.js' },
        {},
        {},
      ]);
      expect(patched(answer(question('PATCH')))).toEqual(first);
    },
    SLOW,
  );

  it(
    '[JOB-07] repairs by leaving the step out that the failure speaks of, and refuses when none is left',
    () => {
      const first = patched(answer(question('PATCH')));
      const failing = (excerpt: string) => ({
        tests: [{ name: 'Ruler', status: 'FAILED', errorClass: 'TypeError', excerpt }],
      });
      const attempt = (recipe: unknown, excerpt: string) => ({
        attempt: 0,
        rejection: null,
        recipe,
        report: failing(excerpt),
      });
      const inputs = (...past: readonly unknown[]) => JSON.parse(JSON.stringify({ past }));
      const past = [attempt(first.recipe, 'require is not defined')];
      const second = patched(answer(question('REPAIR', { inputs: inputs(...past) })));
      expect(second.recipe).toMatchObject({ disabledSteps: ['MODULES'] });
      expect(second.patch).not.toEqual(first.patch);
      past.push(attempt(second.recipe, 'differs'));
      const third = patched(answer(question('REPAIR', { inputs: inputs(...past) })));
      expect(third.recipe).toMatchObject({ disabledSteps: ['MODULES', 'BLOCK_SCOPED'] });
      past.push(attempt(third.recipe, 'differs'));
      expect(answer(question('REPAIR', { inputs: inputs(...past) }))).toMatchObject({
        status: 'REFUSED',
        reasons: [{ code: 'RECIPE_EXHAUSTED' }],
      });
    },
    SLOW,
  );

  it('[JOB-07] refuses at once what it refused before: its answer follows from what it is asked', () => {
    const refused = { attempt: 0, modelClass: 'L0', rejection: 'index.js: eval', recipe: null, report: null };
    const byModel = { ...refused, attempt: 1, modelClass: 'L1', rejection: 'no JSON' };
    expect(answer(question('REPAIR', { inputs: { past: [refused, byModel] } }))).toMatchObject({
      status: 'REFUSED',
      reasons: [{ code: 'RECIPE_EXHAUSTED', reason: 'index.js: eval' }],
    });
    expect(answer(question('REPAIR', { inputs: { past: [byModel] } }))).toMatchObject({ status: 'PATCHED' });
  });

  it('[JOB-07] does not send a patch again that did not apply', () => {
    const recipe = { disabledSteps: [], appliedSteps: ['RENAME', 'CLASSES'] };
    const past = [{ attempt: 0, rejection: 'the base differs', recipe, report: null }];
    expect(answer(question('REPAIR', { inputs: { past } }))).toMatchObject({
      status: 'REFUSED',
      reasons: [{ reason: expect.stringContaining('the base differs') }],
    });
  });
});
