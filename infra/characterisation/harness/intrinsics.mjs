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
const { ownKeys, deleteProperty } = Reflect;

const same = (one, other) =>
  one !== undefined &&
  Object.is(one.value, other.value) &&
  one.get === other.get &&
  one.set === other.set &&
  one.enumerable === other.enumerable;

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
