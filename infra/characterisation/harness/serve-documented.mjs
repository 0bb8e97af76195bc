/** Starts a server that the documents of the package show, as a reader would: it loads the package by its name. */
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { createLoader } from './load.mjs';

const [script, given] = process.argv.splice(2);
const { name, text } = JSON.parse(given);
const load = createRequire(script);
const { root } = createLoader(path.dirname(script));

/** What documents load beside the package, which it may not depend on itself. */
const STAND_INS = {
  parseurl({ url }) {
    const at = url.indexOf('?');
    const hasQuery = at !== -1;
    return {
      pathname: hasQuery ? url.slice(0, at) : url,
      search: hasQuery ? url.slice(at) : null,
      query: hasQuery ? url.slice(at + 1) : null,
      path: url,
      href: url,
    };
  },
};

function require(request) {
  if (request === name) return root(path.basename(script));
  return Object.hasOwn(STAND_INS, request) ? STAND_INS[request] : load(request);
}

const file = path.resolve('server.js');
const module = { exports: {} };
const run = vm.compileFunction(text, ['require', 'module', 'exports', '__filename', '__dirname'], {
  filename: file,
});
run.call(module.exports, require, module, module.exports, file, path.dirname(file));
