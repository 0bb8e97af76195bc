/**
 * Other processes than this one, as far as the code can ask: with other variables, arguments, another platform, at a terminal.
 * The package and all that it loads is loaded anew in each, before the cases begin.
 */
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { createLoader } from './load.mjs';

const { defineProperty, getOwnPropertyDescriptor } = Object;

/** Puts a world in place of what is there. @returns puts that back */
function putUp({ env, unset, argv, platform, tty }) {
  const undo = [];
  const put = (target, key, value) => {
    const before = getOwnPropertyDescriptor(target, key);
    undo.push(() => (before === undefined ? delete target[key] : defineProperty(target, key, before)));
    defineProperty(target, key, { configurable: true, enumerable: true, writable: true, value });
  };
  for (const name of [...unset, ...Object.keys(env)]) {
    const before = process.env[name];
    undo.push(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
    if (env[name] === undefined) delete process.env[name];
    else process.env[name] = env[name];
  }
  put(process, 'argv', [...process.argv.slice(0, 2), ...argv]);
  if (platform !== null) put(process, 'platform', platform);
  if (tty !== null) for (const name of ['stdin', 'stdout', 'stderr']) put(process[name], 'isTTY', tty);
  return () => {
    while (undo.length > 0) undo.pop()();
  };
}

/** @returns `prepare(groups, begin)` before the cases; `enter(world, group)` gives the subject as it is there; `leave()` */
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

  async function loadIn(one, file) {
    try {
      const raw = load(file);
      const isModule = types.isModuleNamespaceObject(raw);
      one.raw.set(file, { value: isModule ? await import(`${pathToFileURL(file)}${mark}`) : raw });
    } catch (error) {
      one.raw.set(file, { error });
    }
  }

  /** @param begin called before each load */
  async function prepare(groups, begin) {
    const hooks = registerHooks({
      resolve(request, context, next) {
        const found = next(request, context);
        const isOurs =
          mark !== '' &&
          found.format === 'module' &&
          found.url.startsWith(String(pathToFileURL(packageRoot)));
        return isOurs ? { ...found, url: found.url.replace(/\?.*$/, '') + mark } : found;
      },
    });
    try {
      for (const { module, cases } of groups)
        for (const { world } of cases) {
          if (world === undefined) continue;
          const key = JSON.stringify(world);
          if (!known.has(key))
            known.set(key, { cache: {}, raw: new Map(), loader: null, mark: `?world=${known.size + 1}` });
          const one = known.get(key);
          const file = path.join(packageRoot, moved[module] ?? module);
          if (one.raw.has(file)) continue;
          ({ mark } = one);
          begin();
          go(world, one);
          await loadIn(one, file);
          leave();
        }
    } finally {
      hooks.deregister();
      mark = '';
    }
  }

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

  return { prepare, enter, leave };
}
