import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** Where a run of `npm test` says what it does while it does it: its report is written at its end only, and a run that is stopped has none. */
export const PROGRESS = '.trace/progress.ndjson';

type Step = Readonly<{ file: string; state: string; failures?: readonly string[] }>;

/** Reporter of Vitest (https://vitest.dev/api/advanced/reporters): a line as each file of tests begins, and as it ends. */
export default class Progress implements Reporter {
  readonly #path: string;

  constructor({ path = PROGRESS }: Readonly<{ path?: string }> = {}) {
    this.#path = path;
  }

  onTestRunStart(): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    rmSync(this.#path, { force: true });
  }

  onTestModuleStart(module: TestModule): void {
    this.#say({ file: relative(process.cwd(), module.moduleId), state: 'begun' });
  }

  onTestModuleEnd(module: TestModule): void {
    this.#say({
      file: relative(process.cwd(), module.moduleId),
      state: module.state(),
      failures: [...module.children.allTests('failed')].map((test) => test.fullName),
    });
  }

  #say(step: Step): void {
    appendFileSync(this.#path, `${JSON.stringify(step)}\n`);
  }
}

/** How far a run without a report came: what had failed by then, and what it was at. Nothing, if it did not begin. */
export const readProgress = (path: string = PROGRESS): readonly string[] => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return ['It had not begun.'];
  }
  const lines = text.split('\n').slice(0, -1);
  const steps = lines.map((line) => JSON.parse(line) as Step);
  const ended = steps.filter(({ state }) => state !== 'begun');
  const names = new Set(ended.map(({ file }) => file));
  const running = steps.filter(({ file }) => !names.has(file)).map(({ file }) => file);
  return [
    `${ended.length} ${ended.length === 1 ? 'file' : 'files'} had ended; it was at ${running.join(', ') || 'none'}.`,
    ...ended
      .filter(({ state }) => state === 'failed')
      .map(({ file, failures }) => `failed: ${[file, ...(failures ?? [])].join('\n    ')}`),
  ];
};
