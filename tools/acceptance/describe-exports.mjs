/**
 * What a package exports when it runs, and which of the given calls it takes without throwing: the facts that its types
 * must agree with. argv: package root, JSON file [{path, args, construct}], file for the answer, one JSON object. Standard
 * output belongs to the package and its children.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [root, callsFile, answerFile] = process.argv.slice(2);
const calls = JSON.parse(readFileSync(callsFile, 'utf8'));
const require = createRequire(join(root, 'package.json'));
const loaded = require(root);
const exit = process.exit.bind(process);
// A documented call that ends the process is one that does not return.
process.exit = () => {
  throw new Error('ended');
};

const isConstructor = (value) =>
  typeof value === 'function' &&
  value.prototype !== undefined &&
  (Function.prototype.toString.call(value).startsWith('class') ||
    Object.getOwnPropertyNames(value.prototype).some((name) => name !== 'constructor'));

const describe = (path, value) => ({
  path,
  kind: isConstructor(value) ? 'constructor' : typeof value,
  methods: isConstructor(value)
    ? Object.getOwnPropertyNames(value.prototype).filter(
        (name) => /^[A-Za-z]\w*$/.test(name) && name !== 'constructor',
      )
    : [],
});
const members =
  loaded !== null && (typeof loaded === 'object' || typeof loaded === 'function')
    ? // Node marks an ES module that is required; it exports no such thing.
      Object.keys(loaded).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== '__esModule')
    : [];

const works = ({ path, args, construct }) => {
  try {
    const owner = path.slice(0, -1).reduce((value, key) => value[key], loaded);
    const callee = path.length === 0 ? loaded : owner[path.at(-1)];
    const values = Function(`return [${args}]`)();
    if (construct) new callee(...values);
    else callee.apply(owner, values);
    return true;
  } catch {
    return false;
  }
};
const working = calls.filter(works);
writeFileSync(
  answerFile,
  JSON.stringify({
    exports: [describe([], loaded), ...members.map((key) => describe([key], loaded[key]))],
    calls: working,
  }),
);
exit(0);
