import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { proposal } from '../../domain/refactoring/job/testing/samples.ts';
import { analyseAnswer } from './analyse.schema.ts';
import { finding, refused } from './finding.schema.ts';
import { patchAnswer } from './patch.schema.ts';
import { planTestsAnswer } from './plan-tests.schema.ts';
import { specifyAnswer } from './specify.schema.ts';

/** What stands in an answer in place of something else, by its path, and whether it is taken then. */
type Variant = readonly [path: string, value: unknown, isTaken: boolean];

const changed = (answer: unknown, [first = '', ...rest]: readonly string[], value: unknown): unknown => {
  if (first === '') return value;
  if (Array.isArray(answer)) return answer.with(Number(first), changed(answer[Number(first)], rest, value));
  const fields = Object(answer) as Readonly<Record<string, unknown>>;
  return { ...fields, [first]: changed(fields[first], rest, value) };
};

const expectVariants = (schema: z.ZodType, answer: unknown, variants: readonly Variant[]): void => {
  expect(schema.safeParse(answer).success).toBe(true);
  for (const [path, value, isTaken] of variants) {
    const { success } = schema.safeParse(changed(answer, path.split('.'), value));
    expect(success, `${path}: ${JSON.stringify(value)?.slice(0, 60)}`).toBe(isTaken);
  }
};

const long = (length: number): string => 'x'.repeat(length);
const many = <T>(length: number, value: T): readonly T[] => Array.from({ length }, () => value);
/** The most that is taken, and one more. */
const most = <T>(path: string, value: T, length: number): readonly Variant[] => [
  [path, many(length, value), true],
  [path, many(length + 1, value), false],
];
const longest = (path: string, length: number): readonly Variant[] => [
  [path, long(length), true],
  [path, long(length + 1), false],
];

describe('an answer, whoever gives it', () => {
  it('[SEC-17] to ANALYSE has three proposals, and is no longer than a person reads', () => {
    const { proposalId: _id, ...draft } = proposal('STANDARD');
    const answer = {
      status: 'ANALYSED',
      analysis: {},
      proposals: ['CONSERVATIVE', 'STANDARD', 'COMPREHENSIVE'].map((strategy) => ({ ...draft, strategy })),
      notes: [],
    };
    expectVariants(analyseAnswer, answer, [
      ...most('notes', 'n', 50),
      ['notes', [''], false],
      ['notes', [long(2_001)], false],
      ...most('proposals.1.breakingSurface', 'b', 50),
      ...most('proposals.1.dependencyCompatibility', 'd', 200),
      ...most('proposals.1.filesTouched', 'f', 20_000),
      ...longest('proposals.1.filesTouched.0', 1_000),
      ...(['title', 'simple', 'professional'] as const).flatMap((field): readonly Variant[] => [
        ...longest(`proposals.2.${field}`, 2_000),
        [`proposals.2.${field}`, '', false],
      ]),
      ...[1, 5].map((risk): Variant => ['proposals.0.risk', risk, true]),
      ...[0, 6, 2.5, '1', null].map((risk): Variant => ['proposals.0.risk', risk, false]),
      ...[-1, 0.5, Number.NaN].map((lines): Variant => ['proposals.0.complexity.lines', lines, false]),
      ['proposals.0.credits.low', -1, false],
      ['proposals.0.strategy', 'STANDARD', false],
      ['proposals', answer.proposals.slice(1), false],
    ]);
  });

  it('[SEC-17] to SPECIFY has behaviour and structure, each item with words', () => {
    const behaviour = { given: 'g', when: 'w', then: 't' };
    const statement = { topic: 'TYPES', statement: 's' };
    expectVariants(specifyAnswer, { status: 'SPECIFIED', bdd: [behaviour], sdd: [statement] }, [
      ...most('bdd', behaviour, 200),
      ...most('sdd', statement, 200),
      ...['bdd', 'sdd'].map((list): Variant => [list, [], false]),
      ...['bdd.0.given', 'bdd.0.when', 'bdd.0.then', 'sdd.0.statement'].flatMap(
        (path): readonly Variant[] => [...longest(path, 2_000), [path, '', false]],
      ),
      ['sdd.0.topic', 'TOPIC', false],
    ]);
  });

  it('[SEC-16] [SEC-17] to PLAN_TESTS has files among the tests alone', () => {
    const file = { path: '.iama/tests/cases.mjs', text: '' };
    const subject = { module: 'index.js', cases: 0 };
    const plan = {
      mode: 'CHARACTERISATION',
      runner: 'node:test',
      files: [file],
      subjects: [subject],
      confidence: 0,
      uncovered: [],
    };
    expectVariants(planTestsAnswer, { status: 'PLANNED', plan, cases: 1 }, [
      ...most('plan.files', file, 2_000),
      ...[
        '',
        'cases.mjs',
        '.iama/tests/',
        '.iama/tests/../x',
        '.iama/tests/.x',
        '/.iama/tests/a',
        '.iama/tests/a\n',
      ].map((path): Variant => ['plan.files.0.path', path, false]),
      ['plan.files.0.path', '.iama/tests/a/b.c-d_e.mjs', true],
      ['plan.files', [], false],
      ['plan.subjects', [], false],
      ['plan.subjects.0.cases', -1, false],
      ...longest('plan.runner', 100),
      ...[100, 0].map((confidence): Variant => ['plan.confidence', confidence, true]),
      ...[101, -1, 0.5].map((confidence): Variant => ['plan.confidence', confidence, false]),
      ['plan.mode', 'NONE', false],
      ['cases', 0, false],
    ]);
  });

  it('[SEC-16] [SEC-17] to PATCH has edits, each of which says what it stands on', () => {
    const sha = 'a'.repeat(64);
    const on = { path: 'a.js', baseSha256: sha };
    const edits = [
      { ...on, op: 'SEARCH_REPLACE', search: 's', replace: '' },
      { ...on, op: 'SYMBOL_REPLACE', symbol: 'f', replace: '' },
      { op: 'WRITE_FILE', path: 'b.ts', baseSha256: null, content: '' },
      { ...on, op: 'RENAME_FILE', to: 'a.ts', content: '' },
      { ...on, op: 'DELETE_FILE' },
    ];
    const patched = { status: 'PATCHED', patch: { schema: 'iama.patch/1', edits }, summary: 's' };
    expectVariants(patchAnswer, patched, [
      ...most('patch.edits', edits[4], 5_000),
      ['patch.edits', [], false],
      ['patch.schema', 'iama.patch/2', false],
      ['patch.edits.0.search', '', false],
      ['patch.edits.1.symbol', '', false],
      ...[0, 1, 3, 4].flatMap((index): readonly Variant[] => [
        [`patch.edits.${index}.baseSha256`, null, false],
        [`patch.edits.${index}.baseSha256`, sha.toUpperCase(), false],
        [`patch.edits.${index}.path`, '../a.js', false],
      ]),
      ['patch.edits.3.to', '.git/a', false],
      ['patch.edits.2.path', `${'x/'.repeat(499)}xx`, true],
      ['patch.edits.2.path', `${'x/'.repeat(500)}x`, false],
      ...longest('summary', 2_000),
      ['summary', '', false],
    ]);
  });

  it('[JOB-01] [SEC-17] may be a refusal, with a reason at least, which is cut to what an event keeps', () => {
    const why = { code: 'c', path: null, line: null, reason: 'r' };
    expectVariants(refused, { status: 'REFUSED', reasons: [why] }, [
      ['reasons', [], false],
      ...longest('reasons.0.code', 100),
      ...longest('reasons.0.path', 1_000),
      ...[0, -1, 1.5].map((line): Variant => ['reasons.0.line', line, false]),
    ]);
    const keptOf = (length: number) => finding.parse({ ...why, reason: long(length) }).reason.length;
    expect([999, 1_000, 1_001].map(keptOf)).toEqual([999, 1_000, 1_000]);
  });
});
