import { expect, it } from 'vitest';
import { createExportReader } from '../exports.ts';
import { layoutOf } from '../package-layout.ts';
import { createProgram } from '../program.ts';
import { project } from '../testing/characterise.ts';
import { findServers } from './find.ts';

const APP = "const app = require('express')();\napp.get('/', (req, res) => res.end());\n";

/** Each server as its script, and after it the name of the export that is served. */
const found = (files: Readonly<Record<string, string>>, manifest: object = {}): readonly string[] => {
  const given = project({ 'package.json': JSON.stringify({ name: 'srv', ...manifest }), ...files });
  const sources = { files: given, targets: [], dependencies: [] };
  const layout = layoutOf(sources);
  const program = createProgram(
    layout.code,
    given.map(({ path }) => path),
  );
  return findServers(sources, layout, program, createExportReader(program)).map(({ script, exported }) =>
    exported === undefined ? script : [script, 'exports', ...exported.keys].join(' '),
  );
};

it.each([
  ['a function that nobody calls', 'const start = () => app.listen(1);\nmodule.exports = { app, start };'],
  ['a condition that may not hold', 'if (process.env.SERVE) app.listen(1);\nmodule.exports.app = app;'],
  ['what comes later', 'connect().then(() => app.listen(1));\nexports.app = app;'],
  ['a condition after all', 'process.env.SERVE && app.listen(1);\nexports.app = app;'],
  ['an else', "if (require.main === module) console.log('no');\nelse app.listen(1);\nexports.app = app;"],
])('[TST-01] what is exported is served too where %s lets the script listen', (_what, text) => {
  expect(found({ 'server.js': APP + text }, { main: 'server.js' })).toEqual([
    'server.js',
    'server.js exports app',
  ]);
});

it('[TST-01] what is exported is served too where a program only loads the module that would listen if it were started', () => {
  const files = {
    'app.js': `${APP}if (require.main === module) app.listen(1);\nmodule.exports = app;`,
    'cli.js': "const app = require('./app');\nconsole.log(app.name);",
  };
  expect(found(files, { main: 'app.js', bin: 'cli.js' })).toEqual(['cli.js', 'app.js exports']);
});

it.each([
  ['an error', "if (!process.env.KEY) throw new Error('KEY');\napp.listen(1);"],
  ['an error of a helper', 'const key = () => { if (!process.env.KEY) throw 0; };\nkey();\napp.listen(1);'],
  ['an exit', 'if (!process.env.KEY) { process.exit(1); }\napp.listen(1);'],
  ['a return', 'const start = () => { if (!process.env.KEY) return; app.listen(1); };\nstart();'],
  ['something that is awaited', 'const start = async () => { await connect(); app.listen(1); };\nstart();'],
])('[TST-01] what is exported is served too where %s may come before the script listens', (_what, text) => {
  const files = {
    'app.js': `${APP}module.exports = app;`,
    'server.js': `const app = require('./app');\n${text}`,
  };
  expect(found(files, { main: 'app.js', scripts: { start: 'node server.js' } })).toEqual([
    'server.js',
    'app.js exports',
  ]);
});

it.each([
  ['at once', 'app.listen(1);'],
  ['as the main module', 'if (require.main === module) app.listen(1);'],
  ['as the main module, said shortly', '!module.parent && app.listen(1);'],
  ['where it is no test', "if (process.env.NODE_ENV !== 'test') { app.listen(1); }"],
  ['by a function that it calls', 'function start() { app.listen(1); }\nstart();'],
  ['before it may end', "app.listen(1);\nif (!process.env.KEY) throw new Error('KEY');"],
  [
    'after what may return',
    'const port = (one) => { if (!one) return 1; return one; };\napp.listen(port());',
  ],
  ['beside what waits', 'const warm = async () => { await load(); };\nwarm();\napp.listen(1);'],
  ['and awaits it', '(async () => { await app.listen(1); })();'],
])('[TST-01] a script that surely listens %s stands for what it exports', (_how, text) => {
  expect(found({ 'server.js': `${APP}${text}\nexports.app = app;` }, { main: 'server.js' })).toEqual([
    'server.js',
  ]);
});

it.each([
  ["require('./lib/app').start();", 'exports.start = () => app.listen(1);\nexports.app = app;'],
  [
    "const { start } = require('./lib/app');\nstart();",
    'const start = () => app.listen(1);\nmodule.exports = { app, start };',
  ],
  ["require('./lib/app');", 'app.listen(1);\nmodule.exports = app;'],
])('[TST-01] a script that surely listens may have it done by what it loads: %s', (script, text) => {
  const files = { 'server.js': script, 'lib/app.js': APP + text };
  expect(found(files, { main: 'lib/app.js' })).toEqual(['server.js']);
});

it('[TST-01] an entry listens that loads what listens at once, and not one that loads what would if it were started', () => {
  const entry = (text: string) =>
    found({
      'index.js': "module.exports = require('./lib/app');",
      'lib/app.js': `${APP}${text}\nmodule.exports = app;`,
    });
  expect(entry('app.listen(1);')).toEqual(['index.js']);
  expect(entry('if (require.main === module) app.listen(1);')).toEqual(['index.js exports']);
});

it('[TST-01] a script as an ES module knows itself by its address', () => {
  const text = `import express from 'express';\nexport const app = express();
    if (process.argv[1] === fileURLToPath(import.meta.url)) app.listen(1);\n`;
  expect(found({ 'server.mjs': text }, { main: 'server.mjs' })).toEqual(['server.mjs']);
  const other = text.replace('===', '!==');
  expect(found({ 'server.mjs': other }, { main: 'server.mjs' })).toEqual([
    'server.mjs',
    'server.mjs exports app',
  ]);
});
