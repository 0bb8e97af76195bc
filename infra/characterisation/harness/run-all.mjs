/** Runs every case of every group in order, in one process, inside the guards. */
import { createEncoder } from './encode.mjs';
import { createGuards } from './guards.mjs';
import { createLoader, prototypeText, surfaceText } from './load.mjs';
import { runCase } from './run-case.mjs';
import { watchWays } from './ways.mjs';

/** Processor time of this thread in milliseconds: a busy machine must not make a case look slow. */
const cpuUsage = (process.threadCpuUsage ?? process.cpuUsage).bind(process);
const cpuMs = () => {
  const { user, system } = cpuUsage();
  return (user + system) / 1_000;
};
const realImmediate = setImmediate;

/** Past this, a run of a case is too close to its limit to be told from a hang on a slower machine. */
const SLOW_MS = 150;
const MAX_TIMEOUTS = 8;

/**
 * @param plan `{ modules, groups }` of the generated cases
 * @param options `{ packageRoot, moved, timeout, only, dropSlow, probes }`; `only`: ids to run, null for all; `timeout` per
 *   case in ms; `probes`: conditions to watch by module, or null
 * @returns `{ results: Map<id, { call, result }>, left: Map<id, { call, why }>, ways: Map<id, marks> }`
 */
export async function runAll(plan, options) {
  const results = new Map();
  const left = new Map();
  const guards = createGuards();
  const plain = createEncoder();
  const loader = createLoader(options.packageRoot, options.moved);
  const ways = new Map();
  const watch = options.probes === null ? null : watchWays(options.packageRoot, options.probes);
  let timeouts = 0;

  guards.install((value) => plain.text(value));
  try {
    const broken = new Map();
    for (const modulePath of plan.modules) {
      guards.begin();
      const id = `surface:${modulePath}`;
      try {
        results.set(id, { call: `exports of ${modulePath}`, result: surfaceText(loader.root(modulePath)) });
      } catch (error) {
        broken.set(modulePath, error);
        results.set(id, { call: `exports of ${modulePath}`, result: `throws ${plain.text(error)}` });
      }
    }
    const modules = new Proxy({}, { get: (_target, key) => loader.root(String(key)) });
    for (const group of plan.groups) {
      if (broken.has(group.module)) {
        for (const one of group.cases) left.set(one.id, { call: one.name, why: 'MODULE_DOES_NOT_LOAD' });
        continue;
      }
      const subject = loader.find(group.module, group.path);
      if (group.path.length > 0 && typeof subject.value === 'function') {
        const id = `surface:${group.module}#${group.path.join('.')}`;
        if (!results.has(id)) {
          const result = `function/${subject.value.length}${prototypeText(subject.value)}`;
          results.set(id, { call: `shape of ${group.name}`, result });
        }
      }
      let groupTimeouts = 0;
      for (const one of group.cases) {
        if (options.only !== null && !options.only.has(one.id)) continue;
        if (timeouts >= MAX_TIMEOUTS * 3 || groupTimeouts >= MAX_TIMEOUTS) {
          left.set(one.id, { call: one.name, why: 'NOT_RUN_AFTER_TIMEOUTS' });
          continue;
        }
        watch?.take();
        const started = cpuMs();
        const outcome = await runCase(one, subject, { guards, modules, timeout: options.timeout });
        const elapsed = cpuMs() - started;
        if (outcome.timedOut) {
          timeouts += 1;
          groupTimeouts += 1;
          left.set(one.id, { call: one.name, why: 'TIMEOUT' });
        } else if (outcome.unsafe.length > 0) {
          left.set(one.id, { call: one.name, why: `UNSAFE ${outcome.unsafe[0]}` });
        } else if (elapsed > SLOW_MS && options.dropSlow) {
          left.set(one.id, { call: one.name, why: 'SLOW' });
        } else {
          results.set(one.id, { call: one.name, result: outcome.text });
          if (watch !== null) ways.set(one.id, watch.take());
        }
      }
      await new Promise((resolve) => realImmediate(resolve));
      if (guards.state.rejections.length > 0) {
        const reasons = guards.state.rejections.splice(0).map((reason) => plain.text(reason));
        const id = `rejections:${group.module}#${group.name}`;
        const before = results.get(id)?.result;
        const all = [...(before === undefined ? [] : [before]), ...reasons].join(' ');
        results.set(id, { call: `unhandled rejections of ${group.name}`, result: all.slice(0, 4_000) });
      }
    }
  } finally {
    guards.restore();
    watch?.stop();
  }
  return { results, left, ways };
}
