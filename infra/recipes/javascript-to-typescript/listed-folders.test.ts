import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restructure } from './restructure.ts';

const run = (files: Readonly<Record<string, string>>, manifest: Readonly<Record<string, unknown>> = {}) =>
  restructure(
    {
      files: Object.entries({
        'package.json': JSON.stringify({ name: 'x', version: '1.0.0', ...manifest }),
        ...files,
      }).map(([path, text]) => ({ path, text })),
      targets: [],
      dependencies: [],
    },
    { strategy: 'STANDARD', disabledSteps: [] },
  );
const renamed = (result: ReturnType<typeof run>): string[] =>
  result.status === 'REFUSED'
    ? []
    : result.changes.flatMap((change) => (change.kind === 'RENAME' ? [change.path] : []));
const COMMAND = "'use strict'; module.exports = function (x) { return x }";
const LOADER = "'use strict'; const fs = require('fs'); const path = require('path');";

describe('a folder that the package lists while it runs', () => {
  const ways: readonly (readonly [why: string, loader: string])[] = [
    ['by its own path', "exports.all = () => fs.readdirSync(__dirname + '/commands')"],
    ['by joined parts', "exports.all = () => fs.readdirSync(path.join(__dirname, 'commands'))"],
    [
      'under a name',
      "const folder = path.resolve(__dirname, './commands'); exports.all = (f) => fs.readdir(folder, f)",
    ],
    ['in a template', `exports.all = () => fs.promises.readdir(\`\${__dirname}/commands\`)`],
    [
      'through a function',
      "const list = (at) => fs.readdirSync(at); exports.all = () => list(path.join(__dirname, 'commands'))",
    ],
    [
      'from the name of the file',
      "exports.all = () => fs.opendirSync(path.join(path.dirname(__filename), 'commands'))",
    ],
    [
      'and a part that is not known',
      "exports.all = (name) => fs.readdirSync(path.join(__dirname, 'commands', name))",
    ],
    [
      'with a package made for it',
      "exports.all = () => require('require-all')({ dirname: __dirname + '/commands' })",
    ],
    [
      'by a function of another name',
      "const { readdirSync: list } = fs; exports.all = () => list(path.join(__dirname, 'commands'))",
    ],
    [
      'by a function that is held',
      "const list = fs.readdirSync; exports.all = () => list(path.join(__dirname, 'commands'))",
    ],
    [
      'by a function that is wrapped',
      "const list = require('util').promisify(fs.readdir); exports.all = () => list(path.join(__dirname, 'commands'))",
    ],
    [
      'from the place of one of them',
      "exports.all = () => fs.readdirSync(path.dirname(require.resolve('./commands/one')))",
    ],
    ['by a pattern', "exports.all = () => fs.globSync(path.join(__dirname, 'commands', '*'))"],
    ['by a package for patterns', "exports.all = () => require('glob').sync(__dirname + '/commands/**/*')"],
    ['with a separator', "exports.all = () => fs.readdirSync(__dirname + path.sep + 'commands')"],
    [
      'and the beginning of a name',
      "exports.all = (name) => fs.readdirSync(__dirname + '/commands/of-' + name + '/all')",
    ],
    [
      'and a part that is not known before one that is',
      "exports.all = (name) => fs.readdirSync(path.join(__dirname, 'commands', name, 'all'))",
    ],
    [
      'with a package that a name stands for',
      "const load = require('require-dir'); exports.all = () => load('./commands')",
    ],
    ['with a package, beside its caller', "exports.all = () => require('require-dir')('./commands')"],
  ];

  it.each(ways)('[LLM-10] keeps its files JavaScript, named %s', (_why, loader) => {
    const result = run({ 'index.js': `${LOADER}${loader}`, 'commands/one.js': COMMAND, 'lib/a.js': COMMAND });
    expect(renamed(result)).toEqual(['index.js', 'lib/a.js']);
    const { steps } = result as Extract<typeof result, { status: 'CHANGED' }>;
    expect(steps.flatMap(({ left }) => left.map(({ code, path }) => `${code} ${path}`))).toContain(
      'FOLDER_LISTED commands/one.js',
    );
  });

  it('[LLM-10] keeps them JavaScript where another module does the listing', () => {
    const files = {
      'index.js': `${LOADER}module.exports = require('./lib/load')(path.join(__dirname, 'commands'))`,
      'lib/load.js': `${LOADER}module.exports = (folder) => fs.readdirSync(folder)`,
      'commands/one.js': COMMAND,
    };
    expect(renamed(run(files))).toEqual(['index.js', 'lib/load.js']);
  });

  it.each([
    ['by an address', "readdirSync(new URL('./commands', import.meta.url))"],
    ['by the path of an address', "readdirSync(new URL('.', import.meta.url).pathname + 'commands')"],
    [
      'from the folder that the file lies in',
      "readdirSync(path.join(path.dirname(fileURLToPath(import.meta.url)), 'commands'))",
    ],
  ])('[LLM-10] keeps them JavaScript where an ES module does it %s', (_, listing) => {
    const files = {
      'index.js': `import { readdirSync } from 'node:fs';\nimport path from 'node:path';\nimport { fileURLToPath } from 'node:url';\nexport const all = () => ${listing}`,
      'commands/one.js': 'export default 1',
    };
    expect(renamed(run(files, { type: 'module' }))).toEqual(['index.js']);
  });

  it('[LLM-10] leaves a folder alone that another module only loads from', () => {
    const files = {
      'index.js': `${LOADER}exports.all = () => fs.readdirSync(__dirname + '/commands')`,
      'lib/a.js': "exports.one = (name) => require(require('path').join(__dirname, name))",
      'commands/one.js': COMMAND,
    };
    expect(renamed(run(files))).toEqual(['index.js', 'lib/a.js']);
  });

  it('[LLM-10] comes to an end where names stand for one another', () => {
    const text = `${LOADER}var a = path.join(b, 'x'); var b = path.join(a, 'y'); exports.all = () => fs.readdirSync(a)`;
    expect(renamed(run({ 'index.js': text, 'commands/one.js': COMMAND }))).toEqual([
      'commands/one.js',
      'index.js',
    ]);
  });

  it('[LLM-10] refuses the package whose entry lies in it, with the place that lists it', () => {
    const result = run({ 'index.js': `${LOADER}exports.all = () => fs.readdirSync(__dirname)` });
    expect(result).toMatchObject({
      status: 'REFUSED',
      reasons: [{ code: 'FOLDER_LISTED', path: 'index.js', reason: expect.stringContaining('index.js:1') }],
    });
  });

  const others: readonly (readonly [why: string, text: string])[] = [
    ['a folder that the caller names', `${LOADER}exports.all = (folder) => fs.readdirSync(folder)`],
    ['the working directory', `${LOADER}exports.all = () => fs.readdirSync(process.cwd())`],
    ['JavaScript by its ending', `${LOADER}exports.all = () => fs.globSync(__dirname + '/commands/*.js')`],
    ['a folder without modules', `${LOADER}exports.all = () => fs.readdirSync(__dirname + '/icons')`],
    [
      'nothing, but loads by path',
      `${LOADER}exports.all = (n) => require(path.join(__dirname, 'commands', n))`,
    ],
  ];

  it.each(others)('[LLM-10] is none where a module lists %s', (_why, text) => {
    const files = { 'index.js': text, 'commands/one.js': COMMAND, 'icons/a.svg': '' };
    expect(renamed(run(files))).toEqual(['commands/one.js', 'index.js']);
  });

  it('[LLM-10] is found however deep it lies and however it is written', () => {
    const part = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.boolean(), (parts, joined) => {
        const folder = ['zz', ...parts].join('/');
        const expression = joined
          ? `path.join(__dirname, '..', ${['zz', ...parts].map((one) => `'${one}'`).join(', ')})`
          : `__dirname + '/../${folder}'`;
        const result = run({
          'index.js': "'use strict'; exports.all = require('./lib/load')",
          'lib/load.js': `${LOADER}module.exports = () => fs.readdirSync(${expression})`,
          [`${folder}/one.js`]: COMMAND,
        });
        expect(renamed(result)).toEqual(['index.js', 'lib/load.js']);
      }),
      { numRuns: 25 },
    );
  });
});
