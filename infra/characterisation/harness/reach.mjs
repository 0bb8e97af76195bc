/** What no code may reach while its behaviour is recorded: other processes, threads and the network, at the lowest place that all ways to them lead through. */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import workerThreads from 'node:worker_threads';

export class UnsafeCall extends Error {
  constructor(what) {
    super(`${what} is not available while behaviour is recorded`);
    this.name = 'UnsafeCall';
    this.code = 'IAMA_UNSAFE';
  }
}

/**
 * @param replace puts another value in the place of a member
 * @param state is told the names of refused calls in `unsafe`
 * @returns `deny(target, keys, label)`
 */
export const createDeny = (replace, state) =>
  function deny(target, keys, label) {
    for (const key of keys) {
      if (typeof target[key] !== 'function') continue;
      replace(target, key, function denied() {
        state.unsafe.push(`${label}.${key}`);
        throw new UnsafeCall(`${label}.${key}`);
      });
    }
  };

export function denyReach(deny) {
  deny(
    childProcess,
    ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'],
    'child_process',
  );
  // It puts another program in the place of this one.
  deny(process, ['execve'], 'process');
  deny(net.Socket.prototype, ['connect'], 'net.Socket');
  deny(net.Server.prototype, ['listen'], 'net.Server');
  deny(net, ['connect', 'createConnection'], 'net');
  deny(dgram, ['createSocket'], 'dgram');
  deny(dns, ['lookup', 'resolve', 'resolve4', 'resolve6', 'reverse'], 'dns');
  deny(dns.promises, ['lookup', 'resolve', 'resolve4', 'resolve6', 'reverse'], 'dns.promises');
  deny(workerThreads, ['Worker'], 'worker_threads');
}
