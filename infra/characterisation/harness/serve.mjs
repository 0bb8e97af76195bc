/** Lets a server listen while its runs are recorded: on this machine only, at a port that is free, whatever it asks for. */
import dns from 'node:dns';
import { errorMonitor } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { UnsafeCall } from './reach.mjs';

const { listen, address: realAddress } = net.Server.prototype;
const { writeSync } = fs;
const realTimeout = setTimeout;
const exit = process.exit.bind(process);
const { nextTick } = process;
const builtin = process.getBuiltinModule.bind(process);
/** Imported, all that it exports would be read, and with it what Node loads late, for half of the time that a start takes. */
const http = builtin('node:http');
const realMicrotask = queueMicrotask;
const realImmediate = setImmediate;
const activeResources = process.getActiveResourcesInfo.bind(process);
const LOOPBACK = '127.0.0.1';
const HERE = new Set(['localhost', LOOPBACK, '0.0.0.0', '::1', '::']);
/** What a server is told that lets the system choose. */
const CHOSEN_PORT = 49_152;
/** Where requests come from, as the server sees it; the system chooses another one for each. */
const ASKING_PORT = 50_000;
/** A server that is told to end may still have something to finish; one that has an interval never has done. */
const GRACE_MS = 300;
/** After what awaits that one listens has another one begin to, which takes Fastify up to ten. */
const ROUNDS = 100;
/** What was asked of the disk, which ends by itself; no clock is waited for. */
const OF_DISK = /^FSReq/;
/** The disk may be asked again and again without end. */
const MAX_LOOKS = 5_000;

/** Over what a server is asked (`exchange.mjs`); null: nothing is asked over that. Who makes such a server has loaded what it is of. */
function overOf(server) {
  if (server instanceof http.Server) return 'http';
  const isSafe = server instanceof builtin('node:tls').Server;
  // Both servers of HTTP/2 have it, and no other; their classes have no name outside.
  if (typeof server.updateSettings === 'function') return isSafe ? 'https2' : 'http2';
  if (!isSafe) return null;
  return server instanceof builtin('node:https').Server ? 'https' : 'tls';
}

/** `{ host, port }` as a server asks for them; null: it asks for something that is no port. */
function askedOf([first, second]) {
  const options = typeof first === 'object' && first !== null ? first : { port: first, host: second };
  if (options.path !== undefined || options.fd !== undefined) return null;
  if (typeof options.port === 'string' && !/^\d*$/.test(options.port)) return null;
  const host = typeof options.host === 'string' ? options.host : '::';
  return { host: host === 'localhost' ? LOOPBACK : host, port: Number(options.port ?? 0) };
}

/** Names of this machine are known without asking anybody, and the same ones everywhere. */
function allowLookup(replace) {
  const { lookup: denied } = dns;
  const { lookup: deniedPromise } = dns.promises;
  const family = net.isIP(LOOPBACK);
  replace(dns, 'lookup', function lookup(name, ...args) {
    if (!HERE.has(name)) return denied(name);
    const done = args.at(-1);
    const all = args[0]?.all === true;
    nextTick(done, null, ...(all ? [[{ address: LOOPBACK, family }]] : [LOOPBACK, family]));
    return {};
  });
  replace(dns.promises, 'lookup', async function lookup(name, options) {
    if (!HERE.has(name)) return deniedPromise(name);
    return options?.all === true ? [{ address: LOOPBACK, family }] : { address: LOOPBACK, family };
  });
}

/**
 * @param replace puts another value in the place of a member
 * @param state `unsafe`: names of the refused calls
 * @param told descriptor on which the ports are told in one line, `real:believed:over` each, once all servers listen that had begun to
 */
export function allowServing(replace, state, told) {
  const servers = new Set();
  const begun = new Set();
  let isTold = false;

  function tell() {
    const listening = [...servers].filter((server) => server.listening);
    if (isTold || begun.size > 0 || listening.length === 0) return;
    isTold = true;
    // Where nothing takes requests, others than HTTP are served.
    const asked = listening.filter(
      (server) =>
        server.listenerCount('request') > 0 || server.listenerCount('stream') > 0 || overOf(server) === 'tls',
    );
    const ports = (asked.length > 0 ? asked : listening.slice(0, 1)).map(
      (server) => `${realAddress.call(server).port}:${server.address().port}:${overOf(server)}`,
    );
    writeSync(told, `${ports.join(' ')}\n`);
  }

  /** All that is ready to run goes first, and what this makes ready, and so on, until nothing is asked of the disk. */
  function tellAfter(rounds, looks) {
    if (isTold) return;
    if (rounds > 0) realMicrotask(() => nextTick(tellAfter, rounds - 1, looks));
    else if (looks > 0 && activeResources().some((name) => OF_DISK.test(name)))
      realImmediate(tellAfter, ROUNDS, looks - 1);
    else tell();
  }

  function listenHere(...args) {
    const asked = overOf(this) === null ? null : askedOf(args);
    if (asked === null) {
      state.unsafe.push('net.Server.listen');
      throw new UnsafeCall('net.Server.listen');
    }
    const isPort = Number.isInteger(asked.port) && asked.port >= 0 && asked.port < 65_536;
    const address = {
      address: asked.host,
      family: asked.host.includes(':') ? 'IPv6' : 'IPv4',
      port: asked.port || CHOSEN_PORT,
    };
    this.address = () => (this.listening ? address : null);
    for (const event of ['connection', 'secureConnection'])
      this.prependListener(event, (socket) => {
        Object.defineProperty(socket, 'remotePort', { value: ASKING_PORT, configurable: true });
        Object.defineProperty(socket, 'localPort', { value: address.port, configurable: true });
      });
    const options = { host: LOOPBACK, port: isPort ? 0 : asked.port };
    const done = args.findLast((one) => typeof one === 'function');
    const listened = Reflect.apply(listen, this, [options, done]);
    servers.add(this);
    begun.add(this);
    for (const event of ['listening', errorMonitor, 'close'])
      this.once(event, () => {
        begun.delete(this);
        // What listens may have another one begin to first.
        tellAfter(ROUNDS, MAX_LOOKS);
      });
    return listened;
  }

  replace(net.Server.prototype, 'listen', listenHere);
  allowLookup(replace);
  // It ends when nothing is left to do, so that what follows on an answer has happened, and its coverage is written.
  process.on('SIGTERM', () => {
    if (process.listenerCount('SIGTERM') === 1) for (const server of servers) server.close();
    realTimeout(exit, GRACE_MS).unref();
  });
}
