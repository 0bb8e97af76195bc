/**
 * What a caller can see of an emitter, a stream or a message of `node:http`: its state and who listens, without the fields that
 * Node keeps for itself, which hold timers, connections and functions of its own.
 */
import crypto from 'node:crypto';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import stream from 'node:stream';
import zlib from 'node:zlib';

const STATES = [
  'readable',
  'readableAborted',
  'readableEncoding',
  'readableEnded',
  'readableFlowing',
  'readableLength',
  'readableObjectMode',
  'writable',
  'writableCorked',
  'writableEnded',
  'writableFinished',
  'writableLength',
  'writableNeedDrain',
  'writableObjectMode',
  'destroyed',
  'errored',
  'closed',
  'aborted',
  'complete',
  'headersSent',
  'statusCode',
  'statusMessage',
  'method',
  'url',
  'headers',
];
/** Of streams that are no part of Node, and of its own before they have any. */
const OWN_FIELDS = [
  '_events',
  '_eventsCount',
  '_maxListeners',
  '_readableState',
  '_writableState',
  '_transformState',
  'allowHalfOpen',
  'domain',
];

const nothing = () => undefined;
const made = { read: nothing, write: nothing, writev: nothing, final: nothing, destroy: nothing };
const fieldsOf = (...samples) => new Set(samples.flatMap(Reflect.ownKeys));
const plain = new Set([
  ...OWN_FIELDS,
  ...fieldsOf(
    new EventEmitter(),
    new stream.Duplex(made),
    new stream.Transform({ transform: nothing, flush: nothing }),
  ),
  ...STATES,
]);
const ofFiles = fieldsOf(new fs.ReadStream('', { fs: { open: nothing, read: nothing, close: nothing } }));
for (const shown of ['fd', 'path', 'bytesRead']) ofFiles.delete(shown);
const ofRequests = fieldsOf(new http.IncomingMessage(null));
const ofAnswers = fieldsOf(new http.ServerResponse({ method: 'GET' }));
// These hold what differs from run to run: memory that was never written, handles and their numbers.
const ofZlib = fieldsOf(new zlib.Gzip(), new zlib.BrotliCompress());
/** What all classes of `zlib` come from; it has no name of its own to ask for. */
const { constructor: Zlib } = Object.getPrototypeOf(Object.getPrototypeOf(zlib.Gzip.prototype));
const ofSockets = fieldsOf(new net.Socket());
const ofHashes = fieldsOf(crypto.createHash('sha256'), crypto.createHmac('sha256', ''));

function isFieldOf(value) {
  if (value instanceof Zlib) return (key) => plain.has(key) || ofZlib.has(key);
  if (value instanceof net.Socket) return (key) => plain.has(key) || ofSockets.has(key);
  if (value instanceof crypto.Hash || value instanceof crypto.Hmac)
    return (key) => plain.has(key) || ofHashes.has(key);
  if (value instanceof http.IncomingMessage) return (key) => plain.has(key) || ofRequests.has(key);
  if (value instanceof http.OutgoingMessage) return (key) => plain.has(key) || ofAnswers.has(key);
  const isFile = value instanceof fs.ReadStream || value instanceof fs.WriteStream;
  return isFile ? (key) => plain.has(key) || ofFiles.has(key) : (key) => plain.has(key);
}

/** Of Node itself, between the parts of a stream. */
const isInternal = (event) => typeof event === 'symbol' && /^k[A-Z]/.test(event.description ?? '');

export const isEmitter = (value) => value instanceof EventEmitter;

const STANDARD = ['stdin', 'stdout', 'stderr'];

/** The name of a stream of this process, which the report of it goes through: it is nobody's to use up. */
export function standardName(value) {
  const name = STANDARD[value.fd];
  return name !== undefined && process[name] === value ? `process.${name}` : undefined;
}

function listeners(value, nameOf) {
  const events = Object.getOwnPropertyDescriptor(value, '_events')?.value ?? {};
  return Reflect.ownKeys(events)
    .filter((name) => events[name] !== undefined && !isInternal(name))
    .map((name) => {
      const all = [events[name]].flat().map((one) => nameOf(one?.listener ?? one) ?? 'function');
      return `${String(name)} [${all.join(', ')}]`;
    });
}

/**
 * @param nameOf the name of a recording stub, or undefined
 * @returns the parts of its text, and which members are left to be put into words one by one
 */
export function emitterParts(value, encode, nameOf) {
  const states = STATES.flatMap((key) => {
    const state = value[key];
    const isUsual = state === undefined || state === null || state === false || state === 0;
    return isUsual || typeof state === 'function' ? [] : [`${key}: ${encode(state)}`];
  });
  const heard = listeners(value, nameOf);
  const sent = value instanceof http.OutgoingMessage ? [`sends ${encode({ ...value.getHeaders() })}`] : [];
  return {
    parts: [...states, ...sent, ...(heard.length === 0 ? [] : [`heard by ${heard.join(', ')}`])],
    isField: isFieldOf(value),
  };
}
