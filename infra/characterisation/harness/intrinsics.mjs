/**
 * Notices when code changes what all code shares: built-in constructors, their prototypes, those of emitters and streams, and the
 * globals. Such a change is behaviour, so it is recorded; and it is undone, so that it stays with the case that made it.
 */
import { EventEmitter } from 'node:events';
import stream from 'node:stream';

const HOLDERS = [
  ['', globalThis],
  ...['Object', 'Array', 'String', 'Promise', 'Date', 'Error'].map((name) => [`${name}.`, globalThis[name]]),
  ...[
    'Object',
    'Function',
    'Array',
    'String',
    'Number',
    'Date',
    'RegExp',
    'Promise',
    'Error',
    'Map',
    'Set',
  ].map((name) => [`${name}.prototype.`, globalThis[name].prototype]),
  ['EventEmitter.prototype.', EventEmitter.prototype],
  ...['Stream', 'Readable', 'Writable', 'Duplex', 'Transform', 'PassThrough'].map((name) => [
    `${name}.prototype.`,
    stream[name].prototype,
  ]),
  ['JSON.', JSON],
  ['Math.', Math],
];
/** What the harness sets itself. */
const IGNORED = /^(?:__iama|Symbol\(iama)/;

const { defineProperty, getOwnPropertyDescriptor } = Object;
const { ownKeys, deleteProperty, defineProperty: define } = Reflect;

const same = (one, other) =>
  one !== undefined &&
  Object.is(one.value, other.value) &&
  one.get === other.get &&
  one.set === other.set &&
  one.enumerable === other.enumerable;

/** Of an object, without those that are left out: what was there, so that it can be put back whatever became of the built-ins. */
function kept(holder, isLeftOut) {
  const all = ownKeys(holder);
  const there = Object.create(null);
  for (const key of all) there[key] = true;
  const keys = all.filter((key) => !isLeftOut(key));
  return { holder, keys, there, descriptors: keys.map((key) => getOwnPropertyDescriptor(holder, key)) };
}

/** Uses nothing that code could have taken away. */
function putBackIn({ holder, keys, there, descriptors }, isWhole) {
  for (let at = 0; at < keys.length; at += 1) {
    const now = getOwnPropertyDescriptor(holder, keys[at]);
    const before = descriptors[at];
    if (
      now === undefined ||
      now.value !== before.value ||
      now.get !== before.get ||
      now.set !== before.set ||
      now.enumerable !== before.enumerable
    )
      define(holder, keys[at], before);
  }
  if (!isWhole) return;
  const all = ownKeys(holder);
  for (let at = 0; at < all.length; at += 1) if (there[all[at]] !== true) deleteProperty(holder, all[at]);
}

/** Setters of these keep the value for themselves: no descriptor shows that another was put in its place. */
const KEPT_BY_SETTERS = ['process', 'Buffer'];

/**
 * For code whose changes are of no interest, and may be such that nothing works any more.
 * @returns puts back what is shared as it is now, and the methods of the process
 */
export function keepShared() {
  const { process } = globalThis;
  const values = KEPT_BY_SETTERS.map((name) => globalThis[name]);
  const all = HOLDERS.map(([prefix, holder]) => kept(holder, (key) => IGNORED.test(prefix + String(key))));
  const isNoMethod = (key) => typeof getOwnPropertyDescriptor(process, key).value !== 'function';
  const methods = kept(process, isNoMethod);
  const inherited = ownKeys(EventEmitter.prototype).filter((key) => methods.there[key] !== true);
  return () => {
    for (let at = 0; at < all.length; at += 1) putBackIn(all[at], true);
    for (let at = 0; at < values.length; at += 1)
      if (globalThis[KEPT_BY_SETTERS[at]] !== values[at]) globalThis[KEPT_BY_SETTERS[at]] = values[at];
    putBackIn(methods, false);
    for (let at = 0; at < inherited.length; at += 1) deleteProperty(process, inherited[at]);
  };
}

/** @returns `changes()`: names of what was changed since the last call or the beginning, undone unless told to `keep` */
export function watchIntrinsics() {
  const known = [];
  for (const [prefix, holder] of HOLDERS) {
    const descriptors = new Map();
    for (const key of ownKeys(holder)) {
      const descriptor = getOwnPropertyDescriptor(holder, key);
      const name = prefix + String(key);
      const isShared = 'value' in descriptor || descriptor.configurable;
      if (isShared && !IGNORED.test(name)) descriptors.set(key, descriptor);
    }
    const values = [...descriptors]
      .filter(([, { value, get }]) => get === undefined && !Number.isNaN(value))
      .map(([key, { value }]) => [key, value]);
    known.push({
      prefix,
      holder,
      descriptors,
      first: new Map(descriptors),
      values,
      size: ownKeys(holder).length,
    });
  }

  function changedIn({ prefix, holder, descriptors }, keep, names) {
    for (const key of ownKeys(holder)) {
      const name = prefix + String(key);
      if (descriptors.has(key) || IGNORED.test(name)) continue;
      const descriptor = getOwnPropertyDescriptor(holder, key);
      if (!('value' in descriptor) && !descriptor.configurable) continue;
      names.push(name);
      if (keep) descriptors.set(key, descriptor);
      else deleteProperty(holder, key);
    }
    for (const [key, descriptor] of descriptors) {
      const now = getOwnPropertyDescriptor(holder, key);
      if (same(now, descriptor)) continue;
      names.push(prefix + String(key));
      if (keep && now !== undefined) descriptors.set(key, now);
      else if (now === undefined || now.configurable || now.writable) defineProperty(holder, key, descriptor);
    }
  }

  /** Reads only, as this runs after every case. */
  const isTouched = ({ holder, values, size }) => {
    for (const [key, value] of values) if (holder[key] !== value) return true;
    return ownKeys(holder).length !== size;
  };

  return {
    changes(keep = false) {
      const names = [];
      for (const one of known) {
        if (!isTouched(one)) continue;
        changedIn(one, keep, names);
        one.size = ownKeys(one.holder).length;
        if (keep) one.values = one.values.map(([key]) => [key, one.holder[key]]);
      }
      return names.sort();
    },
    /** As it was at the beginning, so that what comes after can rely on it. */
    restore() {
      for (const { prefix, holder, first } of known)
        changedIn({ prefix, holder, descriptors: first }, false, []);
    },
  };
}
