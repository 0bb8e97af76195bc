/**
 * Other processes than this one, as far as the code can ask: with other variables, arguments, another platform, at a terminal.
 * The package and all that it loads is loaded anew in each, before the cases begin.
 */
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { keepShared } from './intrinsics.mjs';
import { createLoader } from './load.mjs';
import { WORLD_MARK } from './places.mjs';
import { endsInTime } from './watchdog.mjs';

const { getOwnPropertyDescriptor } = Object;
const { defineProperty, deleteProperty, set } = Reflect;
/** Code may put another in its place. */
const { env: realEnv } = process;

/** Puts a world in place of what is there, as far as the code did not forbid that for ever. @returns puts that back */
function putUp({ env, unset, argv, platform, tty }) {
  const undo = [];
  const put = (target, key, value) => {
    const before = getOwnPropertyDescriptor(target, key);
    undo.push(() =>
      before === undefined ? deleteProperty(target, key) : defineProperty(target, key, before),
    );
    defineProperty(target, key, { configurable: true, enumerable: true, writable: true, value });
  };
  for (const name of [...unset, ...Object.keys(env)]) {
    const before = realEnv[name];
    const give = (value) => (value === undefined ? deleteProperty(realEnv, name) : set(realEnv, name, value));
    undo.push(() => give(before));
    give(env[name]);
  }
  put(process, 'env', realEnv);
  put(process, 'argv', [...process.argv.slice(0, 2), ...argv]);
  if (platform !== null) put(process, 'platform', platform);
  if (tty !== null) for (const name of ['stdin', 'stdout', 'stderr']) put(process[name], 'isTTY', tty);
  return () => {
    while (undo.length > 0) undo.pop()();
  };
}

/** Whether what was called may not be; that it exits is what it does. */
const isRefused = ({ unsafe, exits }) => unsafe.length > 0 && exits.length === 0;

/** @returns `prepare(groups, limits)` before the cases; `whyNot(case)`; `enter(world, group)` gives the subject as it is there; `leave()` */
export function createWorlds(packageRoot, moved) {
  const load = createRequire(path.join(packageRoot, 'package.json'));
  const known = new Map();
  const leaving = [];
  /** Of the modules that are loaded by `import`: each load has an address of its own. */
  let mark = '';

  const leave = () => {
    while (leaving.length > 0) leaving.pop()();
  };

  function exchange(entries) {
    const before = { ...load.cache };
    for (const key of Object.keys(load.cache)) delete load.cache[key];
    Object.assign(load.cache, entries);
    return before;
  }

  function go(world, one) {
    leave();
    const before = exchange(one.cache);
    leaving.push(() => {
      one.cache = exchange(before);
    });
    leaving.push(putUp(world));
  }

  function loadIn(one, file) {
    const fail = (error) => one.raw.set(file, { error });
    try {
      const raw = load(file);
      if (!types.isModuleNamespaceObject(raw)) one.raw.set(file, { value: raw });
      else import(`${pathToFileURL(file)}${mark}`).then((value) => one.raw.set(file, { value }), fail);
    } catch (error) {
      fail(error);
    }
  }

  /**
   * @param limits `{ guards, timeout, most, isOver }`: each load may take `timeout` ms; after `most` that did not end, or once
   *   `isOver(modules)`, told how many were loaded by then, no world is loaded any more
   */
  async function prepare(groups, { guards, timeout, most, isOver }) {
    let lost = 0;
    let modules = 0;
    const putBack = keepShared();
    const hooks = registerHooks({
      resolve(request, context, next) {
        const found = next(request, context);
        const isOurs =
          mark !== '' &&
          found.format === 'module' &&
          found.url.startsWith(String(pathToFileURL(packageRoot)));
        return isOurs ? { ...found, url: found.url.replace(/\?.*$/, '') + mark } : found;
      },
      // All that loads goes through this at once, and so in the turn that is watched.
      load(url, context, next) {
        modules += 1;
        return next(url, context);
      },
    });
    try {
      for (const { module, cases } of groups)
        for (const { world } of cases) {
          if (world === undefined) continue;
          const key = JSON.stringify(world);
          if (!known.has(key))
            known.set(key, {
              ...{ cache: {}, raw: new Map(), loader: null, why: null },
              mark: `${WORLD_MARK}${known.size + 1}`,
            });
          const one = known.get(key);
          const file = path.join(packageRoot, moved[module] ?? module);
          if (one.why !== null || one.raw.has(file)) continue;
          if (lost >= most || isOver(modules)) {
            one.why = lost >= most ? 'NOT_RUN_AFTER_TIMEOUTS' : 'NO_TIME';
            continue;
          }
          ({ mark } = one);
          guards.begin();
          go(world, one);
          const has = () => one.raw.has(file);
          if (!(await endsInTime(() => loadIn(one, file), has, { timeout, putBack, guards }))) {
            one.why = 'TIMEOUT';
            lost += 1;
            guards.abandon();
          } else if (one.raw.get(file).error !== undefined && isRefused(guards.state)) {
            one.why = `UNSAFE ${guards.state.unsafe[0]}`;
          }
          // Told of the first export that is called, they would be others where fewer processes are chosen.
          guards.state.rejections.length = 0;
          leave();
        }
    } finally {
      hooks.deregister();
      mark = '';
    }
  }

  /** Why a case cannot be run in its world, or null. */
  const whyNot = ({ world }) => (world === undefined ? null : known.get(JSON.stringify(world)).why);

  const loaderIn = (one) =>
    createLoader(packageRoot, moved, (file) => {
      const { value, error } = one.raw.get(file) ?? {};
      if (error !== undefined) throw error;
      return value;
    });

  function enter(world, group) {
    const one = known.get(JSON.stringify(world));
    one.loader ??= loaderIn(one);
    go(world, one);
    try {
      return one.loader.find(group.module, group.path);
    } catch (error) {
      return {
        get value() {
          throw error;
        },
      };
    }
  }

  return { prepare, whyNot, enter, leave };
}
