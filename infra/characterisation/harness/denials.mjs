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

/**
 * @param replace puts another value in the place of a member, to be undone later
 * @param state of the case: `unsafe` calls and `exits`
 * @returns `deny(target, keys, label)` and `denyOutside()`
 */
export function createDenials(replace, state) {
  const deny = createDeny(replace, state);

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
