import { describe, expect, it } from 'vitest';
import { Findings } from './audit.ts';
import { auditUsage } from './audit-charges.ts';
import { AT_MOST, MODEL, MODEL_PRICE, USAGE } from './model-double.ts';

const call = (key: string, job = 'j') =>
  ({ key, job, stage: 'ANALYSE', model: MODEL, outcome: 'SUCCESS' }) as const;
const entry = (key: string, amount: number = USAGE.ANALYSE.microCredits) => ({ key, amount });
const found = (
  calls: readonly Parameters<typeof auditUsage>[0][number][],
  entries: readonly ReturnType<typeof entry>[],
  answered = 9,
): readonly string[] => {
  const findings = new Findings();
  const keys = new Set(Array.from({ length: answered }, (_, n) => `key ${n}`));
  auditUsage(calls, entries, new Map([['j', keys]]), findings);
  return findings.violations.map(({ what, count }) => `${what}: ${count}`);
};

describe('what the torture test calls a violation of the metering', () => {
  it.each([
    ['nothing', [call('a'), call('b')], [entry('a'), entry('b')], []],
    ['an entry that came twice', [call('a')], [entry('a'), entry('a')], ['shop: usage recorded twice: 1']],
    ['a call that nobody recorded', [call('a')], [], ['shop: model call without usage: 1']],
    ['an entry of no call', [], [entry('a')], ['shop: usage without a model call: 1']],
    ['another price', [call('a')], [entry('a', 1)], ['shop: usage at another price: 1']],
    [
      'a price for an answer that was none',
      [{ ...call('a'), outcome: 'SCHEMA_VIOLATION' as const }],
      [entry('a')],
      ['shop: usage at another price: 1'],
    ],
    [
      'a price for a recipe',
      [{ ...call('a'), model: 'recipes' }],
      [entry('a')],
      ['shop: usage at another price: 1'],
    ],
  ])('[BIL-05] [ES-15] %s', (_, calls, entries, expected) => {
    expect(found(calls, entries)).toEqual(expected);
  });

  it('[BIL-05] [ES-15] more calls than the model answered', () => {
    const told = [call('a'), call('b')];
    expect(found(told, [entry('a'), entry('b')], 1)).toEqual(['shop: model call that nobody answered: 1']);
    expect(found([call('a', 'other')], [entry('a')])).toEqual(['shop: model call that nobody answered: 1']);
  });

  it('[BIL-05] what the double says of its costs follows from tokens and price, and stays below its limits', () => {
    for (const { input, cached, output, microCredits } of Object.values(USAGE)) {
      const thousandfold =
        (input - cached) * MODEL_PRICE.input + cached * MODEL_PRICE.cached + output * MODEL_PRICE.output;
      expect(thousandfold).toBe(microCredits * 1_000);
      expect(input).toBeLessThanOrEqual(AT_MOST.inputTokens);
      expect(output).toBeLessThanOrEqual(AT_MOST.outputTokens);
    }
  });
});
