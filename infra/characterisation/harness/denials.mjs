/** What a case may not do: reach the network, other processes or the disk. A refused call marks the case as unsafe. */
import cluster from 'node:cluster';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import tls from 'node:tls';
import { createDeny, denyReach, UnsafeCall } from './reach.mjs';

const WRITES = [
  'appendFile',
  'chmod',
  'chown',
  'copyFile',
  'cp',
  'createWriteStream',
  'fchmod',
  'fchown',
  'ftruncate',
  'futimes',
  'lchmod',
  'lchown',
  'link',
  'lutimes',
  'mkdir',
  'mkdtemp',
  'rename',
  'rm',
  'rmdir',
  'symlink',
  'truncate',
  'unlink',
  'utimes',
  'write',
  'writeFile',
  'writev',
  'watch',
  'watchFile',
];

const { getOwnPropertyDescriptor } = Object;

/** Whether defining these members would keep one that is there from ever being another. */
function locks(target, members) {
  for (const key of Reflect.ownKeys(Object(members)))
    if (members[key]?.configurable === false && getOwnPropertyDescriptor(target, key)?.configurable)
      return true;
  return false;
}

/**
 * @param replace puts another value in the place of a member, to be undone later
 * @param state of the case: `unsafe` calls and `exits`
 * @param held what has to stay open to that
 * @returns `deny(target, keys, label)` and `denyOutside()`
 */
export function createDenials(replace, state, held) {
  const deny = createDeny(replace, state);

  /** What would be locked could not be put back: the process would stay as one load or one call left it. */
  function denyLocks() {
    const guard = (owner, label, key, isLock) =>
      replace(
        owner,
        key,
        new Proxy(owner[key], {
          apply(original, self, given) {
            if (!held.has(given[0]) || !isLock(given)) return Reflect.apply(original, self, given);
            state.unsafe.push(`${label}.${key}`);
            throw new UnsafeCall(`${label}.${key}`);
          },
        }),
      );
    for (const key of ['freeze', 'seal', 'preventExtensions']) guard(Object, 'Object', key, () => true);
    guard(Reflect, 'Reflect', 'preventExtensions', () => true);
    // What a process has is put back as far as that goes.
    const isLock = ([target, key, member]) => target !== process && locks(target, { [key]: member });
    for (const owner of [Object, Reflect])
      guard(owner, owner === Object ? 'Object' : 'Reflect', 'defineProperty', isLock);
    guard(
      Object,
      'Object',
      'defineProperties',
      ([target, members]) => target !== process && locks(target, members),
    );
  }

  function denyWrites() {
    deny(
      fs,
      WRITES.flatMap((name) => [name, `${name}Sync`]),
      'fs',
    );
    deny(fs.promises, [...WRITES, 'open'], 'fs.promises');
    for (const name of ['open', 'openSync']) {
      const original = fs[name];
      replace(fs, name, function open(path, flags, ...rest) {
        if (flags === undefined || flags === 'r' || flags === 0 || typeof flags === 'function') {
          return original.call(fs, path, flags, ...rest);
        }
        state.unsafe.push(`fs.${name}`);
        throw new UnsafeCall(`fs.${name} for writing`);
      });
    }
  }

  function denyOutside() {
    denyWrites();
    denyLocks();
    denyReach(deny);
    deny(tls, ['connect'], 'tls');
    deny(http, ['get', 'request'], 'http');
    deny(https, ['get', 'request'], 'https');
    deny(http2, ['connect'], 'http2');
    deny(cluster, ['fork'], 'cluster');
    deny(globalThis, ['fetch', 'WebSocket', 'EventSource'], 'globalThis');
    deny(process, ['abort', 'chdir', 'kill', 'setuid', 'setgid', 'umask', 'dlopen'], 'process');
    const exit = (code) => {
      state.exits.push(code);
      throw new UnsafeCall('process.exit');
    };
    replace(process, 'exit', exit);
    replace(process, 'reallyExit', exit);
  }

  return { deny, denyOutside };
}
