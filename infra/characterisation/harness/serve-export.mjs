/** Serves what a module exports: what listens, a handler of requests, or a function that makes one of them. */
import http from 'node:http';
import path from 'node:path';
import { createLoader } from './load.mjs';

const [script, given] = process.argv.splice(2);
const { kind, keys, args } = JSON.parse(given);
const { find } = createLoader(path.dirname(script));
const isServed = (value) => typeof value === 'function' || typeof value?.listen === 'function';
const file = path.basename(script);
const exported = [keys, ['default']].map((one) => find(file, one)).find(({ value }) => isServed(value));
const { value, owner } = exported;
const made = await (kind === 'factory'
  ? value.apply(
      owner,
      args.map((one) => one ?? undefined),
    )
  : value);
if (!isServed(made)) throw new TypeError('no server, and nothing that answers requests');

/** What answers where a handler hands the request on: it says so, and with which error. */
const answerNext = (response) => (error) => {
  response.statusCode = error ? 500 : 404;
  response.end(error ? `next: ${error?.message ?? error}` : 'next');
};
const server =
  typeof made?.listen === 'function'
    ? made
    : http.createServer((request, response) => made(request, response, answerNext(response)));
server.listen({ port: 0, host: '127.0.0.1' });
