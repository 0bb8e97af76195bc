import vm from 'node:vm';
import { emit } from '../syntax/emit.ts';

/** What running a piece of code showed: everything it logged, and the name of the error it ended with. */
export type Outcome = Readonly<{ log: readonly string[]; error: string | null }>;

const show = (value: unknown): string => {
  if (typeof value === 'function') return `function ${value.name}/${value.length}`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.keys(value)
      .map((key) => `${key}: ${show(Reflect.get(value, key))}`)
      .join(', ')}}`;
  }
  return `${typeof value} ${String(value)}`;
};

/** Runs JavaScript as the body of a CommonJS module, with a `log` function, and shows what came of it. */
export function runJavaScript(javaScript: string, modules: Readonly<Record<string, unknown>> = {}): Outcome {
  const log: string[] = [];
  const module = { exports: {} };
  const load = (name: string): unknown => {
    if (!(name in modules)) throw new Error(`Cannot find module '${name}'`);
    return modules[name];
  };
  const wrapper = vm.runInThisContext(
    `(function (module, exports, require, log) {${javaScript.replace(/^#!/, '//')}\n})`,
  );
  try {
    wrapper.call(module.exports, module, module.exports, load, (...values: unknown[]) => {
      log.push(values.map(show).join(' '));
    });
  } catch (error) {
    return { log, error: error instanceof Error ? error.name : String(error) };
  }
  log.push(`exports ${show(module.exports)}`);
  return { log, error: null };
}

/** The same for TypeScript, as `tsc` emits it. */
export function runTypeScript(text: string, modules: Readonly<Record<string, unknown>> = {}): Outcome {
  const { failure, javaScript } = emit('module.ts', text, 'commonjs');
  if (failure !== null) throw new SyntaxError(failure.reason);
  return runJavaScript(javaScript, modules);
}
