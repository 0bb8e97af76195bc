/** What a case may not do: reach the network, other processes or the disk. A refused call marks the case as unsafe. */
import childProcess from 'node:child_process';
import cluster from 'node:cluster';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import workerThreads from 'node:worker_threads';

class UnsafeCall extends Error {
  constructor(what) {
    super(`${what} is not available while behaviour is recorded`);
    this.name = 'UnsafeCall';
    this.code = 'IAMA_UNSAFE';
  }
}

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
  function deny(target, keys, label) {
    for (const key of keys) {
      if (typeof target[key] !== 'function') continue;
      replace(target, key, function denied() {
        state.unsafe.push(`${label}.${key}`);
        throw new UnsafeCall(`${label}.${key}`);
      });
    }
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
    deny(
      childProcess,
      ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'],
      'child_process',
    );
    deny(net.Socket.prototype, ['connect'], 'net.Socket');
    deny(net.Server.prototype, ['listen'], 'net.Server');
    deny(net, ['connect', 'createConnection'], 'net');
    deny(tls, ['connect'], 'tls');
    deny(http, ['get', 'request'], 'http');
    deny(https, ['get', 'request'], 'https');
    deny(http2, ['connect'], 'http2');
    deny(dgram, ['createSocket'], 'dgram');
    deny(dns, ['lookup', 'resolve', 'resolve4', 'resolve6', 'reverse'], 'dns');
    deny(dns.promises, ['lookup', 'resolve', 'resolve4', 'resolve6', 'reverse'], 'dns.promises');
    deny(cluster, ['fork'], 'cluster');
    deny(workerThreads, ['Worker'], 'worker_threads');
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
