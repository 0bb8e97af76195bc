import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { consume } from './consumer.ts';
import { firstDifference, observedCalls } from './differential.ts';
import { strictCopy } from './strict-copy.ts';
import type { Subject } from './subject.ts';
import { corpusOf, modulesOf, run, testsOf } from './workspace.ts';

/** What an independent look at a delivered package finds; an empty list means that it is right. */
export type Verdict = Readonly<{
  wrong: readonly string[];
  /** What `tsc --strict` finds in the delivery. */
  strictErrors: number;
  calls: number;
  /** Calls that the original answers otherwise once it is strict code, which the person accepted. */
  accepted: number;
  /** Calls that the README shows and a strict TypeScript consumer compiled. */
  documented: number;
  /** Files of tests in the release. */
  shipped: number;
  /** `none`: it ships none, or none that this run knows how to start. */
  ownTests: 'passed' | 'failed' | 'none';
}>;

const TSC = resolve('node_modules/typescript/bin/tsc');
const TYPES = resolve('node_modules/@types');

/**
 * Builds the delivered package with its own tsconfig, checks it again with `--strict`, compares thousands of random calls
 * with the original, and runs the package's own tests. Nothing here trusts what the job reported. `conditions` are those that the
 * person accepted.
 */
export const verify = (
  subject: Subject,
  original: string,
  delivered: string,
  conditions: readonly string[] = [],
): Verdict => {
  const wrong: string[] = [];
  const shipped = testsOf(original).length;
  const config = join(delivered, 'tsconfig.json');
  if (!existsSync(config))
    return {
      wrong: ['no tsconfig.json was delivered'],
      ...{ strictErrors: 0, calls: 0, accepted: 0, documented: 0, shipped, ownTests: 'none' },
    };
  const { compilerOptions } = JSON.parse(readFileSync(config, 'utf8')) as {
    compilerOptions: Record<string, unknown>;
  };
  if (compilerOptions['strict'] !== true) wrong.push('the delivered tsconfig is not strict');
  const build = run(
    process.execPath,
    [TSC, '-p', config, '--strict', '--typeRoots', TYPES, '--noEmitOnError', 'false'],
    delivered,
  );
  if (build.exitCode !== 0) wrong.push(`tsc --strict: ${build.stdout.split('\n').slice(0, 3).join(' | ')}`);

  const plan = `${delivered}.plan.json`;
  writeFileSync(
    plan,
    JSON.stringify({ seed: 20261120, calls: 60, modules: modulesOf(original), corpus: corpusOf(original) }),
  );
  const untouched = observedCalls(original, plan);
  // Strict code is all that was accepted: the delivery must be what the original is with 'use strict' written into it.
  const before = conditions.includes('STRICT_MODE')
    ? observedCalls(strictCopy(original, delivered), plan)
    : untouched;
  const known = new Set(untouched);
  const accepted = before.filter((line) => !known.has(line)).length;
  const after = observedCalls(delivered, plan);
  // Data alone is shown in full; whatever can be called must have been called.
  if (before.length < 20 && before.some((line) => line.includes(': function ')))
    wrong.push('the differential oracle made too few calls to say anything');
  const difference = firstDifference(before, after);
  if (difference !== null) wrong.push(`behaves differently: ${difference.join(' BUT ')}`.slice(0, 600));

  const used = consume(original, delivered);
  wrong.push(...used.wrong);

  const strictErrors = build.stdout.match(/ error TS\d+:/g)?.length ?? 0;
  const looked = { wrong, strictErrors, calls: before.length, accepted, documented: used.calls, shipped };
  if (subject.ownTests.length === 0) return { ...looked, ownTests: 'none' };
  const own = run(process.execPath, subject.ownTests, delivered);
  if (own.exitCode !== 0) wrong.push("the package's own tests fail");
  return { ...looked, ownTests: own.exitCode === 0 ? 'passed' : 'failed' };
};
