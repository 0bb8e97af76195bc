/** Serves what a module exports: what listens, a handler of requests, or a function that makes one of them. */
import path from 'node:path';
import vm from 'node:vm';
import { createLoader } from './load.mjs';
import { mountHandlers } from './mount-handlers.mjs';
import { createStubs } from './stubs.mjs';

/** Imported, all that it exports would be read, and with it what Node loads late, for half of the time that a start takes. */
const http = process.getBuiltinModule('node:http');

const [script, given] = process.argv.splice(2);
const { kind, keys, args, finishes, made: options, mounted } = JSON.parse(given);
const { find } = createLoader(path.dirname(script));
const isServed = (value) => typeof value === 'function' || typeof value?.listen === 'function';
const { value, owner } = find(path.basename(script), keys);
const argsOf = () =>
  options === undefined
    ? args.map((one) => one ?? undefined)
    : vm.runInThisContext(`(s) => [${options}\n]`)(createStubs(() => '').api);
const make = () => (kind === 'factory' ? value.apply(owner, argsOf()) : value);
const made = await make();
if (!isServed(made)) throw new TypeError('no server, and nothing that answers requests');
if (mounted) {
  if (typeof made.use !== 'function') throw new TypeError('nothing that takes handlers');
  mountHandlers(made, kind === 'factory' ? await make() : null);
}

/** All that whoever takes an error can tell it by, but for where it was thrown: frameworks answer with its `status`, programs look at its `code`. */
const told = (error) => {
  if (typeof error !== 'object' || error === null) return String(error);
  const plain = ([, value]) => value === null || !['object', 'function'].includes(typeof value);
  const own = Object.entries(error).filter(plain);
  return [`${error.name}: ${error.message}`, ...own.map(([name, value]) => `${name}=${String(value)}`)].join(
    ' ',
  );
};

/** More than what is left as it is for being short, by what changes answers on their way. */
const TEXT = 'handed on\n'.repeat(150);

/** What answers where a handler hands the request on: it says so, in parts or at once, and with which error. */
const answerNext = (request, response) => (error) => {
  // Handed on after it was answered, which is no fault as long as nothing more is written.
  if (response.writableEnded) return;
  response.statusCode = error ? 500 : 404;
  if (!response.headersSent) response.setHeader('Content-Type', 'text/plain');
  if (error !== undefined) response.end(`next: ${told(error)}`);
  else if (request.method === 'GET') {
    response.write(TEXT);
    response.end('next');
  } else response.end(`${TEXT}next`);
};
/** What is wrong with a request, where a handler gives back what answers for it: nothing, if it only reads. */
const wrongWith = ({ method }) =>
  method === 'GET' || method === 'HEAD'
    ? undefined
    : Object.assign(new RangeError('wrong'), { status: 503, headers: { 'X-Wrong': 'yes' } });

const answer = (request, response) => {
  const given = made(request, response, finishes ? undefined : answerNext(request, response));
  // Some requests it may have answered by itself.
  const call = (finish) => (typeof finish === 'function' ? finish(wrongWith(request)) : undefined);
  if (!finishes) return;
  if (typeof given?.then === 'function') given.then(call);
  else call(given);
};
const server = typeof made?.listen === 'function' ? made : http.createServer(answer);
server.listen({ port: 0, host: '127.0.0.1' });
