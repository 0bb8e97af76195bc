/** Serves what a module exports: a server, a handler of requests, or a function that makes one of them. */
import http from 'node:http';
import path from 'node:path';
import { createLoader } from './load.mjs';

const [script, kind, keys] = process.argv.splice(2);
const { value, owner } = createLoader(path.dirname(script)).find(path.basename(script), JSON.parse(keys));
const made = kind === 'factory' ? await value.call(owner) : value;
const server = typeof made === 'function' ? http.createServer(made) : made;
server.listen(0);
