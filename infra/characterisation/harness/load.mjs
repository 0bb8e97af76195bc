/**
 * Finds the subjects. A module that became ESM is seen the way its importers see it: through its default export where
 * that is all there is or where it is callable, else through its named exports.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { types } from 'node:util';

const MARKERS = new Set(['__esModule', 'default', 'module.exports']);

const isCallable = (value) => typeof value === 'function';

/** The one value that stands for a module, whichever module system it is written in. */
export function moduleRoot(loaded) {
  if (loaded === null || typeof loaded !== 'object') return loaded;
  const marked = types.isModuleNamespaceObject(loaded) || loaded.__esModule === true;
  if (!marked) return loaded;
  if (types.isModuleNamespaceObject(loaded) && 'module.exports' in loaded) return loaded['module.exports'];
  const names = Object.keys(loaded).filter((key) => !MARKERS.has(key));
  if ('default' in loaded && (isCallable(loaded.default) || names.length === 0)) return loaded.default;
  return Object.fromEntries(names.sort().map((name) => [name, loaded[name]]));
}

/**
 * @param packageRoot folder of the package
 * @param moved where a legacy module lives now: `{ 'index.js': 'dist/index.js' }`; absent means at its old path
 * @param load gives what the module at a path is
 */
export function createLoader(
  packageRoot,
  moved = {},
  load = createRequire(path.join(packageRoot, 'package.json')),
) {
  const cache = new Map();
  const root = (modulePath) => {
    if (!cache.has(modulePath)) {
      const raw = load(path.join(packageRoot, moved[modulePath] ?? modulePath));
      cache.set(modulePath, { raw, root: moduleRoot(raw) });
    }
    return cache.get(modulePath).root;
  };
  /** The export at `keys`, with what it belongs to (its `this`). Named exports beside a default one count as well. */
  const find = (modulePath, keys) => {
    let owner;
    let value = root(modulePath);
    for (const [depth, key] of keys.entries()) {
      owner = value;
      value = owner?.[key];
      if (value === undefined && depth === 0) value = cache.get(modulePath).raw?.[key];
    }
    return { value, owner };
  };
  return { root, find };
}

function kindOf(value) {
  if (isCallable(value)) return `function/${value.length}`;
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function described(descriptor) {
  return 'value' in descriptor ? kindOf(descriptor.value) : 'accessor';
}

function listing(value, skip) {
  return Object.getOwnPropertyNames(value)
    .filter((key) => !skip.has(key))
    .sort()
    .map((key) => `${key}: ${described(Object.getOwnPropertyDescriptor(value, key))}`)
    .join(', ');
}

/** What a module offers: kinds and arities by name, and the methods of its classes. Neither order nor enumerability. */
export function surfaceText(root) {
  if (root === null || (typeof root !== 'object' && !isCallable(root))) return kindOf(root);
  const statics = listing(root, new Set(['length', 'name', 'prototype', 'arguments', 'caller', ...MARKERS]));
  return `${kindOf(root)} {${statics}}${prototypeText(root)}`;
}

export function prototypeText(value) {
  if (!isCallable(value) || value.prototype === undefined || value.prototype === null) return '';
  const methods = listing(value.prototype, new Set(['constructor']));
  return methods === '' ? '' : ` prototype {${methods}}`;
}
