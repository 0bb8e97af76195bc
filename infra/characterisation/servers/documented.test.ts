import { expect, it } from 'vitest';
import { planTests } from '../plan.ts';
import { characterise, project } from '../testing/characterise.ts';

const manifest = JSON.stringify({ name: 'give', main: 'index.js', dependencies: { connect: '*' } });
/** Neither a handler nor what makes one: what it gives answers. */
const GIVES = `'use strict';
var fs = require('fs'), path = require('path');
module.exports = function give(req, name, options) {
  return {
    pipe: function (res) {
      var type = req.headers['x-type'] || 'text/plain';
      fs.readFile(path.join(options.root, name), function (error, bytes) {
        if (error) res.statusCode = 404;
        res.setHeader('Content-Type', type);
        res.end(error ? error.code : bytes);
      });
    }
  };
};
`;
const SHOWN = `var http = require('http')
var parseUrl = require('parseurl')
var give = require('give')

http.createServer(function onRequest (req, res) {
  give(req, parseUrl(req).pathname, { root: '/www/public' }).pipe(res)
}).listen(3000)`;
const readme = (...blocks: readonly string[]): string =>
  blocks.map((block) => `# Give\n\n\`\`\`js\n${block}\n\`\`\`\n`).join('\n');
const casesOf = (text: string, files: Readonly<Record<string, string>> = {}): string => {
  const given = { 'package.json': manifest, 'index.js': GIVES, 'README.md': text, ...files };
  const { files: made } = planTests({ files: project(given), targets: [], dependencies: [] }, 'BLACK_BOX');
  return made.find(({ path }) => path === '.iama/tests/cases.mjs')?.text ?? '';
};

it.each([
  ['never listens', SHOWN.replace('.listen(3000)', '')],
  ['makes no server', "var give = require('give')\ngive({}, 'a').pipe(process.stdout)\nsocket.listen(1)"],
  ['is of another package', SHOWN.replace("'give'", "'take'")],
  ['needs what may not be there', SHOWN.replace("'parseurl'", "'parse-it'")],
  ['is not all there', SHOWN.replace('give(req', '...\n  give(req')],
])('[TST-01] nothing is started where what documents show %s', (_what, block) => {
  expect(casesOf(readme(block))).not.toContain('"documented"');
});

it('[TST-01] what documents show is not started where the package itself shows how it serves', () => {
  const server = "require('http').createServer((req, res) => res.end()).listen(1);\n";
  expect(casesOf(readme(SHOWN), { 'server.js': server })).not.toContain('"documented"');
});

it.each([
  ['a folder of the machine', "{ root: '/www/public' }", "root: '.'"],
  ['a file of the machine', "{ root: '/srv/www/index.html' }", "root: 'index.html'"],
  ['a file with a quote in its name', '{ root: "/srv/it\'s.html" }', "root: 'it\\'s.html'"],
  ['a folder of the person', "{ root: '~/public' }", "root: '.'"],
  ['a folder above', "{ root: '../public' }", "root: '.'"],
])(
  '[TST-01] [SEC-16] what documents show names %s, and is given the folder of the run',
  (_what, from, to) => {
    const cases = casesOf(readme(SHOWN.replace("{ root: '/www/public' }", from)));
    expect(cases).toContain('"documented"');
    expect(JSON.parse(/"documented":(\{.*?\}),"/.exec(cases)?.[1] ?? '{}').text).toContain(to);
  },
);

it.each([
  ['that is compared', "if (req.url === '/none') return res.end()"],
  ['that is looked for', "if (req.url.startsWith('/none')) return res.end()"],
  ['that is answered', "res.setHeader('Location', '/none')"],
  ['of a route', "app.get('/none', route)"],
  ['that names a member', "var routes = { '/none': 1 }"],
  ['of an address', "new URL(req.url, 'http://localhost/none')"],
])('[TST-01] a path of the web %s stays', (_what, line) => {
  const cases = casesOf(readme(SHOWN.replace('give(req', `${line}\n  give(req`)));
  const text: string = JSON.parse(/"documented":(\{.*?\}),"/.exec(cases)?.[1] ?? '{}').text;
  expect(text.replace(/\s+/g, ' ')).toContain(line);
});

it('[TST-01] of several servers that documents show those are started that use most of the package, as modules too', () => {
  const short = SHOWN.replace('function onRequest', 'function');
  const modern = `import http from 'node:http'\nimport give from 'give'\nhttp.createServer((req, res) => {
  // A comment that makes it the longest of all the blocks in this document, by far.
  give(req, 'input.txt', { root: '.' }).pipe(res)\n}).listen(3000)`;
  const cases = casesOf(readme(short, SHOWN, SHOWN, modern));
  const texts = [...cases.matchAll(/"documented":(\{.*?\}),"/g)].map(
    ([, json = '']) => JSON.parse(json).text,
  );
  expect(texts).toHaveLength(2);
  expect(texts[0]).toContain('require("give")');
  expect(texts[1]).toMatch(/^var http/);
  expect(texts[1]).toContain('onRequest');
});

it('[TST-01] [TST-02] a change of what a package answers with, as its documents show, fails', {
  timeout: 600_000,
}, () => {
  const recorded = characterise(
    project({ 'package.json': manifest, 'index.js': GIVES, 'README.md': readme(SHOWN) }),
  );
  try {
    const texts = Object.values(recorded.results).map(({ result }) => result);
    expect(texts).toContainEqual(expect.stringMatching(/answer 200 .*"<p /));
    expect(texts).toContainEqual(expect.stringMatching(/answer 404 .*"ENOENT"/));
    const withText = (from: string, to: string) =>
      recorded.verify([{ path: 'index.js', text: GIVES.replaceAll(from, to) }]);
    expect(withText('var ', 'let ')).toBeNull();
    expect(withText('404', '410')).toContain('README');
    expect(withText("'x-type'", "'x-other'")).toContain('README');
  } finally {
    recorded.dispose();
  }
});
