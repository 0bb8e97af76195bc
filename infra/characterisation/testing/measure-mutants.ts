/**
 * How many wrong changes of a package the tests recorded on it notice:
 * `node infra/characterisation/testing/measure-mutants.ts <package folder>... [--each 30] [--seed a] [--all] [--json]`.
 * `--all` records every input that is tried, not only those worth keeping: what survives then was never tried.
 * Prints every survivor with its place, so that a person can judge it: some change nothing that anybody could observe.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { shuffled } from '../order.ts';
import { type Mutant, mutantsOf, mutated } from './mutants.ts';
import { recordedCopy } from './recorded-copy.ts';

type Survivor = Mutant & Readonly<{ path: string; was: string; source: string }>;
type Measured = Readonly<{
  name: string;
  cases: number;
  tried: number;
  killed: number;
  survivors: readonly Survivor[];
  seconds: number;
}>;

function measure(folder: string, each: number, seed: string, all: boolean): Measured {
  const began = performance.now();
  const copy = recordedCopy(path.resolve(folder), all);
  try {
    const made = copy.modules.flatMap((module) =>
      mutantsOf(module.text).map((mutant) => ({ module, mutant })),
    );
    const tried = shuffled(made, `${seed}/${path.basename(folder)}`).slice(0, each);
    const survivors = tried
      .filter(({ module, mutant }) => copy.passesWith(module, mutated(module.text, mutant)))
      .map(({ module, mutant }) => ({
        ...mutant,
        path: module.path,
        was: module.text.slice(mutant.start, mutant.end),
        source: module.text.split('\n')[mutant.line - 1]?.trim() ?? '',
      }));
    return {
      name: path.basename(folder),
      cases: copy.cases,
      tried: tried.length,
      killed: tried.length - survivors.length,
      survivors,
      seconds: Math.round((performance.now() - began) / 1_000),
    };
  } finally {
    copy.dispose();
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    each: { type: 'string', default: '30' },
    seed: { type: 'string', default: 'a' },
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const brief = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 90);
const total = { tried: 0, killed: 0 };
for (const folder of positionals) {
  const one = measure(folder, Number(values.each), values.seed, values.all);
  total.tried += one.tried;
  total.killed += one.killed;
  if (values.json) {
    console.log(JSON.stringify(one));
    continue;
  }
  console.log(
    `${one.name.padEnd(26)} ${one.killed} of ${one.tried} noticed, ${one.cases} cases, ${one.seconds} s`,
  );
  for (const { path: file, line, kind, was, text, source } of one.survivors)
    console.log(`  ${file}:${line} ${kind}: ${brief(was)} -> ${brief(text)}   in: ${brief(source)}`);
}
console.log(values.json ? JSON.stringify(total) : `${total.killed} of ${total.tried} noticed`);
