import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { changes } from './rules.ts';
import { GENERAL_HELP, nextStep, refusalOf, shown } from './running.ts';
import { table } from './story-table.ts';

describe('what the commands of the server side show', () => {
  it('[OPS-06] lets nothing that the log holds move the cursor, recolour lines or fake a row', () => {
    const title = 'measure\u001b[2J\u001b[8m\n7  2026-11-21  Nothing';
    const text = shown(table(['title', 'state'], [[title, 'FAILED\r']]));
    expect(text.split('\n')).toHaveLength(3);
    for (const obeyed of ['\u001b[2J', '\u001b[8m', '\r']) expect(text).not.toContain(obeyed);
    expect(text).toContain('measure\\u001b[2J\\u001b[8m\\u000a7  2026-11-21  Nothing  FAILED');
  });

  it('[OPS-02] shows who changed a setting and why beside each other, and behind them the value, however long', () => {
    const value = { FREE: 'x'.repeat(400) };
    const change = {
      key: 'tiers',
      revision: 1,
      value,
      reason: 'more room',
      by: 'cli:ada',
      at: '2026-11-22T07:55:52.000Z',
    };
    const row = changes('tiers').table([change] as unknown as Parameters<
      ReturnType<typeof changes>['table']
    >[0]);
    expect(row.split('\n')[2]).toMatch(/^1 +2026-11-22 07:55:52 {2}cli:ada {2}more room {2}\{"FREE"/);
  });

  it('[OPS-06] [BIL-15] says that a table is not built yet with what this release reads of it, and what to do about it', () => {
    const error = Object.assign(new Error('column "at_most" does not exist'), { code: '42703' });
    const code = refusalOf(error)?.code ?? '';
    expect(code).toBe('PROJECTION_NOT_LIVE');
    expect(nextStep(code)).toContain('Start the server');
    expect(refusalOf(Object.assign(new Error('relation'), { code: '42P01' }))?.code).toBe('NO_LOG');
    expect(refusalOf(new Error('anything else'))).toBeNull();
  });

  it('[OPS-04] [ES-13] says how to find the id of a person where there is no such account', () => {
    expect(nextStep('USER_NOT_FOUND')).toContain('iama audit search --type UserRegistered');
  });

  it('[OPS-06] keeps the bold of its own headings', () => {
    expect(shown('\u001b[1mtitle\u001b[22m\nx\u001b[31m')).toBe('\u001b[1mtitle\u001b[22m\nx\\u001b[31m');
  });

  it('[OPS-06] draws no rule below a last column that is longer than a line', () => {
    const [, rule] = table(['key', 'value'], [['a', 'x'.repeat(900)]]).split('\n');
    expect(rule).toBe(`---  ${'-'.repeat(96)}`);
  });

  it('[BIL-14] [BIL-15] [BIL-16] names the next step for each refusal that the runbook of the books tells of', async () => {
    const page = await readFile('docs/how-to/close-a-period.md', 'utf8');
    const refusals = page.slice(page.indexOf('## Verify'));
    const rows = refusals.split('\n').filter((line) => line.startsWith('| `'));
    const codes = rows.flatMap((row) => row.split('|')[1]?.match(/[A-Z_]{5,}/g) ?? []);
    expect(codes).toEqual(
      expect.arrayContaining(['CHAIN_BROKEN', 'EXPORT_DIFFERS', 'PAYMENT_NOT_CONFIGURED']),
    );
    expect(codes.filter((code) => nextStep(code) === GENERAL_HELP)).toEqual([]);
  });
});
