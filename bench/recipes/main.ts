/**
 * `npm run bench -- recipes`: what a conversion costs beside the one thing that nobody can leave out, a strict type check of
 * its result by the compiler alone.
 */
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from '../../infra/recipes/javascript-to-typescript/recipe.ts';
import type { RecipeResult, SourceFile } from '../../infra/recipes/recipe.ts';
import { PACKAGES } from '../../tools/acceptance/packages.ts';
import { filesOf } from '../../tools/acceptance/workspace.ts';
import { median, rounded } from '../store/measure.ts';
import { typeCheck } from './type-check.ts';

const REPETITIONS = 5;
const QUICK_REPETITIONS = 2;
const TEXTS = /\.(?:[cm]?[jt]s|json|md)$/i;

/** Files of a package of the acceptance run, as its release ships them. */
const sourcesOf = (alias: string): SourceFile[] => {
  const root = dirname(fileURLToPath(import.meta.resolve(`${alias}/package.json`)));
  return filesOf(root)
    .filter((path) => TEXTS.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
};

const convert = (files: readonly SourceFile[]): RecipeResult =>
  transform({ files, targets: [], dependencies: [] }, { strategy: 'STANDARD', disabledSteps: [] });

/** What a compiler is given of the package after the conversion: what was converted, and its JSON. */
const applied = (files: readonly SourceFile[], result: RecipeResult): SourceFile[] => {
  if (result.status === 'REFUSED') throw new Error(`refused: ${result.reasons[0]?.reason}`);
  const changed = new Set(result.changes.map(({ path }) => path));
  const written = result.changes.flatMap((change) =>
    change.kind === 'DELETE'
      ? []
      : [{ path: change.kind === 'RENAME' ? change.to : change.path, text: change.text }],
  );
  return [...files.filter(({ path }) => path.endsWith('.json') && !changed.has(path)), ...written];
};

const timed = <T>(work: () => T): Readonly<{ milliseconds: number; value: T }> => {
  const began = performance.now();
  const value = work();
  return { milliseconds: performance.now() - began, value };
};

/** Prints one JSON object as its last line with `--json`: ratios without a unit, times in milliseconds, memory in MiB. */
export const run = async (args: readonly string[]): Promise<void> => {
  const repetitions = args.includes('--quick') ? QUICK_REPETITIONS : REPETITIONS;
  const note = (text: string): void => void process.stderr.write(`${text}\n`);
  const first = timed(() => convert(sourcesOf('accept-escape-html')));
  // Parses the libraries, which the floor is not charged for.
  typeCheck([{ path: 'index.ts', text: 'export {};' }]);
  const packages = PACKAGES.map(({ name, alias }) => {
    const files = sourcesOf(alias);
    const result = applied(files, convert(files));
    const pairs = Array.from({ length: repetitions }, () => {
      const recipe = timed(() => convert(files)).milliseconds;
      const check = timed(() => typeCheck(result));
      return { recipe, check: check.milliseconds, errors: check.value };
    });
    const ratio = median(pairs.map(({ recipe, check }) => recipe / check));
    const recipe = median(pairs.map((pair) => pair.recipe));
    note(`${name}: ${Math.round(recipe)} ms, ${rounded(ratio)} type checks`);
    return { name, ratio, recipe, errors: pairs[0]?.errors ?? Number.NaN };
  });
  const figures = {
    recipe_vs_check: rounded(median(packages.map(({ ratio }) => ratio))),
    recipe_vs_check_worst: rounded(Math.max(...packages.map(({ ratio }) => ratio))),
    recipe_p50_ms: Math.round(median(packages.map(({ recipe }) => recipe))),
    recipe_worst_ms: Math.round(Math.max(...packages.map(({ recipe }) => recipe))),
    first_in_process_ms: Math.round(first.milliseconds),
    strict_errors: packages.reduce((sum, { errors }) => sum + errors, 0),
    peak_rss_mib: Math.round(process.resourceUsage().maxRSS / 1024),
    packages: Object.fromEntries(packages.map(({ name, ratio }) => [name, rounded(ratio)])),
    machine: { cpus: cpus().length, load: rounded(loadavg()[0] ?? Number.NaN) },
  };
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else for (const [figure, value] of Object.entries(figures)) note(`${figure} ${JSON.stringify(value)}`);
};
