/** Runs every case of every group in order, in one process, inside the guards. */
import { createEncoder } from './encode.mjs';
import { createFirstLoad } from './first-load.mjs';
import { createGuards } from './guards.mjs';
import { watchIntrinsics } from './intrinsics.mjs';
import { createLoader, prototypeText, surfaceText } from './load.mjs';
import { prepareCase } from './run-case.mjs';
import { createSearch } from './search.mjs';
import { runWatched } from './watchdog.mjs';
import { watchWays } from './ways.mjs';
import { createWorlds } from './worlds.mjs';

/** Processor time of this thread in milliseconds: a busy machine must not make a case look slow. */
const cpuUsage = (process.threadCpuUsage ?? process.cpuUsage).bind(process);
const cpuMs = () => {
  const { user, system } = cpuUsage();
  return (user + system) / 1_000;
};
const realImmediate = setImmediate;
const wallMs = performance.now.bind(performance);

/** Past this, a run of a case is too close to its limit to be told from a hang on a slower machine. */
const SLOW_MS = 150;
/** What was chosen may take more of it on a busy machine, where its memory is slower, and is not lost by that. */
const SLOW_ONCE_CHOSEN = 2;
/** For the same reason what seems a little too slow to be chosen is tried anew: the quickest try is nearest to what it takes. */
const LITTLE = 1.5;
const MAX_SLOW_TRIES = 3;
const MAX_SLOW_TRIED = 20;
const MAX_TIMEOUTS = 8;
/** A busy machine gives a case little of its processor within its time: one that used little is tried with more of it. */
const PATIENT_MS = 1_000;
const LONGEST = 4;
/** Cases that wait for ever use no processor time either: after so many of them none is waited for that long. */
const MAX_HOPELESS = 4;
/**
 * Where cases are chosen, so many modules are loaded in other processes, which is the same on every machine; that takes a millisecond
 * each. Of what computes much as it loads it is so much processor time. Each load may take so many times the first.
 */
const WORLDS_MODULES = 10_000;
const WORLDS_MS = 30_000;
const SLOWEST_LOAD = 10;
const LOAD_MS = 60_000;

/**
 * @param plan `{ modules, groups }` of the generated cases
 * @param options `{ packageRoot, moved, timeout, only, dropSlow, probes, isOver?, loadTimeout?, unloaded? }`; `only`: ids to run, null for
 *   all; `timeout` per case and `loadTimeout` per first load in ms; `unloaded`: modules that are known not to load in time; `probes`: conditions to watch by module, or null; with them, cases that were not planned are looked for;
 *   `isOver`: whether no more are to be begun
 * @returns `{ results: Map<id, { call, result, found? }>, left: Map<id, { call, why }>, ways: Map<id, marks>, found: groups }`
 */
export async function runAll(plan, options) {
  const results = new Map();
  const left = new Map();
  const guards = createGuards();
  const plain = createEncoder();
  const loader = createLoader(options.packageRoot, options.moved);
  const worlds = createWorlds(options.packageRoot, options.moved);
  const first = createFirstLoad(options.packageRoot, loader, {
    ...{ guards, timeout: options.loadTimeout ?? LOAD_MS, unloaded: options.unloaded ?? new Set() },
  });
  const ways = new Map();
  const watch = options.probes === null ? null : watchWays(options.packageRoot, options.probes);
  const inside = watch?.inside ?? ((work) => work());
  const broken = new Set();
  const timeouts = new Map([['all', 0]]);
  let found = [];
  let hopeless = 0;
  let triedAnew = 0;

  const modules = new Proxy({}, { get: (_target, key) => loader.root(String(key)) });

  async function readModules() {
    for (const modulePath of plan.modules) {
      guards.begin();
      const id = `surface:${modulePath}`;
      const call = `exports of ${modulePath}`;
      const { why, error } = await first.load(modulePath);
      if (why !== null) left.set(id, { call, why });
      else if (error !== undefined) results.set(id, { call, result: `throws ${plain.text(error.error)}` });
      else results.set(id, { call, result: surfaceText(loader.root(modulePath)) });
      if (why !== null || error !== undefined) broken.add(modulePath);
    }
    const changed = intrinsics.changes(true);
    if (changed.length > 0 && (first.lost() === 0 || broken.size < plan.modules.length))
      results.set('surface:globals', { call: 'what loading changes on globals', result: changed.join(', ') });
  }

  function readShape(group, value) {
    const id = `surface:${group.module}#${group.path.join('.')}`;
    if (group.path.length === 0 || typeof value !== 'function' || results.has(id)) return;
    results.set(id, {
      call: `shape of ${group.name}`,
      result: `function/${value.length}${prototypeText(value)}`,
    });
  }

  const timeoutsOf = (group) => `${group.module}#${group.path.join('.')}#${group.category}`;

  const isGivenUp = (group) =>
    timeouts.get('all') >= MAX_TIMEOUTS * 3 || (timeouts.get(timeoutsOf(group)) ?? 0) >= MAX_TIMEOUTS;

  function countTimeout(group) {
    timeouts.set('all', timeouts.get('all') + 1);
    timeouts.set(timeoutsOf(group), (timeouts.get(timeoutsOf(group)) ?? 0) + 1);
  }

  const slowMs = watch === null ? SLOW_MS * SLOW_ONCE_CHOSEN : SLOW_MS;
  const isSlow = ({ elapsed }) => options.dropSlow && elapsed > slowMs;

  function seemsSlow(outcome) {
    if (watch === null || outcome === null || !isSlow(outcome) || outcome.elapsed > slowMs * LITTLE)
      return false;
    triedAnew += 1;
    return triedAnew <= MAX_SLOW_TRIED;
  }

  /** Why a case has to be left, or null with its result noted. */
  function judge(group, one, outcome) {
    if (outcome === null) {
      countTimeout(group);
      return 'TIMEOUT';
    }
    if (outcome.unsafe.length > 0) return `UNSAFE ${outcome.unsafe[0]}`;
    if (isSlow(outcome)) return 'SLOW';
    const entry = { call: one.name, result: outcome.text };
    results.set(one.id, one.found === undefined ? entry : { ...entry, found: one.found });
    return null;
  }

  /**
   * Runs the cases that `take` gives one after another; `judged` is told why each has to be left, or null, and the way it took.
   * What has used more processor time than is kept is not waited for any longer; what has not, as on a busy machine, is run anew.
   */
  async function runCases(group, subject, most, take, judged) {
    const patient = Math.max(most, PATIENT_MS);
    const timeouts = options.dropSlow
      ? [Math.min(most, slowMs * 2), patient, patient * LONGEST]
      : [most, most * 2];
    let started = 0;
    const prepare = (one) => {
      worlds.leave();
      watch?.take();
      started = cpuMs();
      const there = one.world === undefined ? subject : worlds.enter(one.world, group);
      const made = prepareCase(one, there, { guards, modules, inside, intrinsics });
      const outcome = () => ({ ...made.outcome(), elapsed: cpuMs() - started, way: watch?.take() });
      return { ...made, outcome };
    };
    const item = (one, tries, slow = 0) => ({
      ...{ one, tries, slow, timeout: timeouts[tries], prepare: () => prepare(one) },
    });
    await runWatched(
      () => {
        const one = take();
        return one === null ? null : item(one, 0);
      },
      ({ one, tries, slow }, outcome) => {
        if (outcome === null && cpuMs() - started <= slowMs * LITTLE) {
          const isLast = tries + (hopeless < MAX_HOPELESS ? 1 : 2) >= timeouts.length;
          if (!isLast) return item(one, tries + 1);
          hopeless += 1;
        }
        if (slow + 1 < MAX_SLOW_TRIES && seemsSlow(outcome)) return item(one, tries, slow + 1);
        judged(one, judge(group, one, outcome), outcome?.way);
        return null;
      },
    );
    worlds.leave();
  }

  async function noteRejections(group) {
    await new Promise((resolve) => realImmediate(resolve));
    if (guards.state.rejections.length === 0) return;
    const reasons = guards.state.rejections.splice(0).map((reason) => plain.text(reason));
    const id = `rejections:${group.module}#${group.name}`;
    const before = results.get(id)?.result;
    const all = [...(before === undefined ? [] : [before]), ...reasons].join(' ');
    results.set(id, { call: `unhandled rejections of ${group.name}`, result: all.slice(0, 4_000) });
  }

  async function runGroups(search) {
    for (const group of plan.groups) {
      if (broken.has(group.module)) {
        for (const one of group.cases) left.set(one.id, { call: one.name, why: 'MODULE_DOES_NOT_LOAD' });
        continue;
      }
      const subject = loader.find(group.module, group.path);
      readShape(group, subject.value);
      const waiting = group.cases.filter(({ id }) => options.only === null || options.only.has(id)).reverse();
      const whyNot = () =>
        isGivenUp(group) ? 'NOT_RUN_AFTER_TIMEOUTS' : options.isOver?.() ? 'NO_TIME' : null;
      const take = () => {
        while (waiting.length > 0) {
          const one = waiting.pop();
          const why = whyNot() ?? worlds.whyNot(one);
          if (why === null) return one;
          left.set(one.id, { call: one.name, why });
        }
        return null;
      };
      await runCases(group, subject, options.timeout, take, (one, why, way) => {
        if (why !== null) left.set(one.id, { call: one.name, why });
        else if (watch === null) return;
        else {
          ways.set(one.id, way.marks);
          if (one.world === undefined) search.note(group, one, way);
        }
      });
      await noteRejections(group);
    }
  }

  async function findMore(search) {
    for (const subject of search.subjects()) {
      const group = { ...subject.group, category: 'found' };
      const take = () => (isGivenUp(group) || options.isOver?.() ? null : subject.next());
      await runCases(group, loader.find(group.module, group.path), SLOW_MS, take, (one, why, way) => {
        if (why === null) ways.set(one.id, way.marks);
        subject.tried(one, why === null ? way : null);
      });
    }
    found = search.found();
    for (const group of found) await noteRejections(group);
    const kept = new Set(found.flatMap((group) => group.cases.map((one) => one.id)));
    for (const [id, { found: source }] of results)
      if (source !== undefined && !kept.has(id)) results.delete(id);
  }

  /** Whether there is no time left, or what is chosen has had its share of it. */
  function areWorldsOver() {
    const began = cpuMs();
    const isShared = (modules) => modules >= WORLDS_MODULES || cpuMs() - began > WORLDS_MS;
    return (modules) => (watch !== null && isShared(modules)) || options.isOver?.() === true;
  }

  guards.install((value) => plain.text(value));
  const intrinsics = watchIntrinsics();
  try {
    const began = wallMs();
    await readModules();
    const timeout = Math.max(options.timeout, SLOWEST_LOAD * (wallMs() - began));
    const chosen = plan.groups.filter(({ module }) => !broken.has(module));
    const isChosen = ({ id }) => options.only === null || options.only.has(id);
    await worlds.prepare(
      chosen.map((group) => ({ module: group.module, cases: group.cases.filter(isChosen) })),
      { guards, timeout, most: MAX_TIMEOUTS, isOver: areWorldsOver() },
    );
    intrinsics.changes();
    const search = createSearch();
    await runGroups(search);
    if (watch !== null) await findMore(search);
  } finally {
    intrinsics.restore();
    guards.restore();
    watch?.stop();
  }
  return { results, left, ways, found };
}
