import { describe, expect, it } from 'vitest';
import { analyseAnswer } from '../../../processors/refactoring/analyse.schema.ts';
import { patchAnswer } from '../../../processors/refactoring/patch.schema.ts';
import { planTestsAnswer } from '../../../processors/refactoring/plan-tests.schema.ts';
import { specifyAnswer } from '../../../processors/refactoring/specify.schema.ts';
import { answer } from './answer.ts';
import { contextOf, question } from './testing/package.ts';

const SLOW = 60_000;
const manifest = {
  path: 'package.json',
  text: '{ "name": "merge", "version": "1.0.0", "main": "index.js" }\n',
};
const MERGE = `/**
 * @param {object} a
 * @param {object} b
 */
exports.merge = function (a, b) {
  for (var k in b) a[k] = b[k];
  return a;
};
exports.double = function (n) { return n * 2; };
`;
const context = (index: string) => contextOf([manifest, { path: 'index.js', text: index }]);
const sloppy = { context: context(MERGE) };
const accepting = { ...sloppy, inputs: { accepted: ['STRICT_MODE'] } };

const analysed = (index: string) => {
  const output = analyseAnswer.parse(answer(question('ANALYSE', { context: context(index) })));
  if (output.status !== 'ANALYSED') throw new Error(JSON.stringify(output));
  return output.proposals;
};

describe('sloppy code whose writes strict mode could refuse', () => {
  it('[SPC-01] is refused where something else stands against it too, for that alone', () => {
    const output = answer(question('ANALYSE', { context: context(`${MERGE}\nexports.f = eval;eval('1')`) }));
    expect(output).toMatchObject({ status: 'REFUSED', reasons: [{ code: 'EVAL' }] });
    expect(JSON.stringify(output)).not.toContain('STRICT_MODE_VISIBLE');
  });

  it('[SPC-01] gives each proposal a condition with its places, and strict code none', () => {
    for (const proposal of analysed(MERGE)) {
      expect(proposal.conditions).toEqual(['STRICT_MODE']);
      expect(proposal.breakingSurface[0]).toMatch(/^index\.js:6: Writes to a property/u);
      expect(proposal.simple).toContain('accept one difference');
    }
    for (const proposal of analysed(`'use strict';\n${MERGE}`))
      expect(proposal).not.toHaveProperty('conditions');
  });

  it(
    '[LLM-10] is converted where the condition was accepted, and refused where not',
    () => {
      expect(patchAnswer.parse(answer(question('PATCH', sloppy)))).toMatchObject({ status: 'REFUSED' });
      const done = patchAnswer.parse(answer(question('PATCH', accepting)));
      expect(done).toMatchObject({ status: 'PATCHED', summary: expect.stringContaining('Accepted') });
    },
    SLOW,
  );

  it(
    '[SPC-02] [TST-01] is specified with the difference, and planned with the files that it may show in',
    () => {
      const { bdd, sdd } = specifyAnswer.parse(answer(question('SPECIFY', accepting)));
      expect(bdd.map(({ then }) => then).join()).toContain('this difference is accepted');
      expect(sdd.map(({ statement }) => statement).join()).toContain('index.js:6');
      expect(planTestsAnswer.parse(answer(question('PLAN_TESTS', accepting)))).toMatchObject({
        plan: { strict: ['index.js'] },
      });
      const strict = { ...accepting, context: context(`'use strict';\n${MERGE}`) };
      expect(answer(question('PLAN_TESTS', strict))).not.toHaveProperty('plan.strict');
    },
    SLOW,
  );
});
