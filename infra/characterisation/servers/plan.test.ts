import { describe, expect, it } from 'vitest';
import type { TestMode } from '../../../domain/refactoring/job/values.ts';
import { planTests } from '../plan.ts';
import { project } from '../testing/characterise.ts';

const plan = (
  files: Readonly<Record<string, string>>,
  manifest: object = { name: 'srv', main: 'index.js' },
  wanted: TestMode | null = null,
) =>
  planTests(
    {
      files: project({ 'package.json': JSON.stringify(manifest), ...files }),
      targets: [],
      dependencies: [],
    },
    wanted,
  );
const servers = (...given: Parameters<typeof plan>) =>
  plan(...given).subjects.flatMap(({ kind, module, cases }) =>
    kind === 'server' && cases > 0 ? [module] : [],
  );
const casesOf = (...given: Parameters<typeof plan>): string =>
  plan(...given).files.find(({ path }) => path === '.iama/tests/cases.mjs')?.text ?? '';
const requestsOf = (...given: Parameters<typeof plan>): readonly string[] =>
  [...casesOf(...given).matchAll(/"requests":(\[.*?\]),"port"/g)].flatMap(([, list]): string[] =>
    JSON.parse(list ?? ''),
  );
const LISTENS =
  "require('http').createServer(answer).listen(3000);\nfunction answer(req, res) { res.end(); }\n";

describe('a server of a package', () => {
  it('[TST-01] is what its proof rests on where it exports nothing, and is left out where only calls are wanted', () => {
    expect(plan({ 'index.js': LISTENS })).toMatchObject({ mode: 'BLACK_BOX', modules: ['index.js'] });
    expect(servers({ 'index.js': LISTENS })).toEqual(['index.js']);
    expect(servers({ 'index.js': LISTENS }, undefined, 'CHARACTERISATION')).toEqual([]);
  });

  it.each([
    [
      'what npm start runs',
      { scripts: { start: 'NODE_ENV=x node --enable-source-maps lib/run.js' } },
      'lib/run.js',
    ],
    ['server.js, which npm start runs by itself', {}, 'server.js'],
    ['a program', { bin: 'cli/serve.js' }, 'cli/serve.js'],
    ['the entry', { main: 'lib/main.mjs' }, 'lib/main.mjs'],
  ])('[TST-01] is found as %s', (_, manifest, script) => {
    const text = script.endsWith('.mjs')
      ? "import { createServer } from 'node:http';\ncreateServer((req, res) => res.end()).listen();\n"
      : LISTENS;
    const given = [{ [script]: text }, { name: 'srv', ...manifest }] as const;
    expect(servers(...given)).toEqual([script]);
    // A program is started in any folder, and a server of a package in that of the package.
    expect(casesOf(...given)).toContain(`"inPackage":${!('bin' in manifest)}`);
  });

  it.each([
    [
      'by a function that it calls',
      'const start = async () => { await app.listen({ port: 1 }); };\nstart();',
    ],
    ['by a function without a name', '(async () => { await app.listen(1); })();'],
    ['where it is the main module', 'if (require.main === module) app.listen(1);\nmodule.exports = app;'],
  ])('[TST-01] is found as an entry that listens %s', (_, listening) => {
    const text = `const app = require('fastify')();\n${listening}\n`;
    expect(casesOf({ 'index.js': text })).toContain('"script":"index.js","inPackage":true,"name"');
    expect(servers({ 'index.js': text })).toEqual(['index.js']);
  });

  it.each([
    "const Koa = require('koa');\nnew Koa().listen(1);\n",
    "require('restify').createServer().listen(1);\n",
    "import { fastify as make } from 'fastify';\nmake().listen({ port: 1 });\n",
    "import polka from 'polka';\npolka().listen(1);\n",
  ])('[TST-01] is found as an application of a known framework: %s', (text) => {
    expect(servers({ 'server.js': text })).toEqual(['server.js']);
  });

  it('[TST-01] is found where another file makes it, or a known framework, and is one with what it loads', () => {
    const app =
      "const app = require('express')();\napp.get('/', (req, res) => res.end());\nmodule.exports = app;\n";
    const files = { 'server.js': "require('./index').listen(process.env.PORT);\n", 'index.js': app };
    expect(servers(files)).toEqual(['server.js']);
    expect(servers({ 'index.js': app })).toEqual(['index.js']);
  });

  it.each([
    [
      'only listens when a function of it is called, as a framework does',
      "exports.serve = () => require('http').createServer().listen(1);",
    ],
    ['listens without being HTTP', "require('net').createServer().listen(1);"],
    [
      'makes a server of something else',
      'const http = { createServer() {} };\nhttp.createServer().listen(1);',
    ],
    ['is told to listen elsewhere', "require('http');\nexports.f = (bus) => bus.listen('x');"],
    ['is a router of nobody', 'const app = { callback() {} };\nmodule.exports = app.callback();'],
    ['is a setting of an application', "module.exports = require('express')().set('a', 1).get('a');"],
    ['hands on two of other names', 'module.exports = (a, b) => handle(a, b);'],
    ['takes a third and never hands on', 'module.exports = (req, res, to) => res.end(req.url);'],
    ['exports a function of two that answers nobody', 'module.exports = (req, res) => req.url + res.length;'],
  ])('[TST-01] is not seen in what %s', (_, text) => {
    expect(servers({ 'index.js': text })).toEqual([]);
  });

  it.each([
    ['server', [], "const Koa = require('koa');\nconst app = new Koa();\nmodule.exports = app;"],
    ['server', ['app'], "import Fastify from 'fastify';\nexport const app = Fastify();"],
    ['server', ['routes'], "const { Router } = require('express');\nexports.routes = Router();"],
    ['server', [], "module.exports = require('express').Router();"],
    [
      'server',
      [],
      "const express = require('express');\nmodule.exports = express().set('etag', false).get('/', (req, res) => res.end()).use(answer);",
    ],
    ['handler', [], "const Koa = require('koa');\nconst app = new Koa();\nmodule.exports = app.callback();"],
    ['handler', [], 'module.exports = (request, response) => serve(request, response, {});'],
    [
      'factory',
      [],
      'module.exports = function () { function app(req, res, next) { app.handle(req, res, next); } return app; };',
    ],
    ['handler', [], 'module.exports = (req, res, next) => (req.url === "/" ? res.end() : next());'],
    [
      'factory',
      [],
      "module.exports = async (options) => {\nconst app = require('fastify')(options);\nreturn app; };",
    ],
    ['handler', [], 'module.exports = function (req, res) { res.end(req.url); };'],
    ['handler', ['answer'], 'export function answer(req, res) { if (req.method) res.writeHead(200).end(); }'],
    ['server', ['app'], "exports.app = require('http').createServer();"],
    [
      'server',
      ['default'],
      "import http from 'node:http';\nexport const name = 'srv';\nexport default http.createServer();",
    ],
    ['handler', ['default'], 'const answer = (req, res) => res.end(req.url);\nexport { answer as default };'],
    ['factory', [], "const { createServer } = require('http');\nmodule.exports = () => createServer();"],
    [
      'factory',
      ['make'],
      'exports.make = function () { return function (req, res) { res.end(req.url); }; };',
    ],
  ])('[TST-01] is made of an export that is a %s', (kind, keys, text) => {
    const exported = /"exported":(\{[^}]*\})/.exec(casesOf({ 'index.js': text }))?.[1] ?? '{}';
    expect(JSON.parse(exported)).toEqual({ kind, keys, args: [] });
  });

  it('[TST-01] is asked what its code, its tests and its documents show', () => {
    const source = `
      const http = require('http');
      http.createServer((req, res) => {
        const { title } = JSON.parse('{}');
        if (req.headers['x-key'] && query.page && /^\\/users\\/\\d+$/.test(req.url)) res.end(title);
        if (req.method === 'PUT') app.patch('/posts/:id', res);
      }).listen(0);`;
    const files = {
      'index.js': source,
      'test/a.test.js': "test('x', () => fetch(base + '/from-test'));",
      'README.md':
        "    curl -X DELETE \\\n      -H 'x-key: k' http://localhost:80/shown -d 'gone'\n\n    GET /plain\n",
    };
    const sent = requestsOf(files);
    expect(sent[0]).toBe(
      'DELETE /shown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-key: k\r\nContent-Length: 4\r\n\r\ngone',
    );
    const missing = [
      'GET /plain ',
      'GET /posts/1 ',
      'GET /posts/abc ',
      'GET /from-test ',
      'GET /users/',
      'PUT /posts/1',
      'PATCH /',
      'page=1',
      '\r\nx-key: 0\r\n',
      '{"title":',
    ].filter((part) => !sent.some((request) => request.includes(part)));
    expect(missing).toEqual([]);
    expect(requestsOf(files)).toEqual(sent);
  });

  it.each(['/etc/passwd', '/../up', '/a/%2e%2e/b', '/home/ada/.ssh', '/proc/self/environ', '//etc/shadow'])(
    '[TST-01] [SEC-16] is never asked for a place of the machine: %s',
    (place) => {
      const asked = requestsOf({
        'index.js': `${LISTENS}const place = ${JSON.stringify(place)};`,
        'README.md': `    curl http://localhost${place}\n\n    GET ${place}\n`,
      });
      expect(asked.filter((request) => request.includes(place))).toEqual([]);
    },
  );

  it('[TST-01] is made by a factory that wants a folder, and asked for what the package holds', () => {
    const text = 'exports.files = (root, options) => (req, res, next) => { handle(req, res, next); };\n';
    const files = { 'index.js': text, 'public/a/page.html': '<p>', 'public/app.js': '', 'test/x.html': '' };
    expect(casesOf(files)).toContain('{"kind":"factory","keys":["files"],"args":["."]}');
    const paths = requestsOf(files).flatMap((request) => request.split(' ')[1] ?? []);
    expect(paths).toEqual(expect.arrayContaining(['/a/page.html', '/public/a/page.html']));
    expect(paths.filter((path) => /app\.js|x\.html/.test(path))).toEqual([]);
  });

  it('[TST-01] is asked with values that its headers are about, and with none that frames the message', () => {
    const asked = requestsOf({
      'index.js': `${LISTENS}function more(req) { return [req.headers.range, req.headers['content-length'], req.get('Host'),
        req.headers['if-none-match'], req.headers['transfer-encoding'], req.headers.connection]; }`,
      'README.md': "    curl -H 'Connection: keep-alive' -H 'X-A: 1' http://localhost/shown\n",
    });
    const sent = (part: string) => asked.filter((request) => request.includes(part)).length;
    for (const part of [
      'range: bytes=0-3',
      'if-none-match: *',
      'Host: a.example.com\r\nConnection',
      '/shown HTTP',
    ])
      expect({ part, sent: sent(part) > 0 }).toEqual({ part, sent: true });
    for (const part of ['content-length: ', 'transfer-encoding: ', '\r\nconnection: ', 'host: '])
      expect({ part, sent: sent(part) }).toEqual({ part, sent: 0 });
  });

  it.each([
    ['web sockets', "const WebSocket = require('ws');\nnew WebSocket.Server({ port: 1 });"],
    ['web sockets', "import { WebSocketServer } from 'ws';\nnew WebSocketServer({ port: 1 });"],
    ['web sockets', "const io = require('socket.io')(server);"],
    ['web sockets', "server.on('upgrade', (req, socket) => socket.end());"],
    ['sockets without HTTP', "require('net').createServer((socket) => socket.end());"],
  ])('[TST-01] is told as not asked where it is reached over %s: %s', (over, text) => {
    const { uncovered } = plan({ 'index.js': `${LISTENS}${text}\n`, 'test/a.test.js': text });
    expect(uncovered.filter(({ code }) => code === 'SERVER_NOT_ASKED')).toEqual([
      expect.objectContaining({
        path: 'index.js',
        reason: expect.stringContaining(`nothing is asked over ${over},`),
      }),
    ]);
  });

  it.each([
    ['TLS', "require('https').createServer({}, (req, res) => res.end()).listen(443);"],
    ['TLS', "const tls = require('tls');\nnew tls.Server({}, (socket) => socket.end()).listen(443);"],
    ['TLS', "const app = require('fastify')({ https: {} });\napp.listen({ port: 443 });"],
    [
      'HTTP/2',
      "import { createSecureServer } from 'node:http2';\ncreateSecureServer({}, (req, res) => res.end()).listen(443);",
    ],
    ['HTTP/2', "const http2 = require('http2');\nhttp2.createServer((req, res) => res.end()).listen(80);"],
    ['HTTP/2', "const app = require('fastify')({ http2: true });\napp.listen({ port: 80 });"],
  ])('[TST-01] is asked over %s: %s', (_over, text) => {
    expect(servers({ 'index.js': text })).toEqual(['index.js']);
    expect(plan({ 'index.js': text }).uncovered).toEqual([]);
  });

  it('[TST-01] is no part that nothing reaches, though no call leads there', () => {
    const app =
      "const app = require('express')();\napp.get('/', (req, res) => res.end());\nexports.app = app;\n";
    expect(plan({ 'index.js': app })).toMatchObject({ uncovered: [], mode: 'BLACK_BOX' });
  });

  it.each([
    [true, 'module.exports = (req, res, options) => function (error) { res.end(req.url + options); };'],
    [
      true,
      'module.exports = handle;\nfunction handle(req, res) { return done; function done() { res.end(req.url); } }',
    ],
    [false, 'module.exports = (req, res) => res.end(req.url);'],
    [false, 'module.exports = (req, res) => { if (req.url) res.end(); return (a, b) => a + b; };'],
  ])('[TST-01] is finished by what it gives back: %s', (isFinished, text) => {
    expect(casesOf({ 'index.js': text }).includes('"finishes":true')).toBe(isFinished);
  });

  it('[TST-01] is told from what the same file exports, where both are asked', () => {
    const text =
      "const app = require('express')();\nready().then(() => app.listen(1));\nmodule.exports = app;\n";
    const ids = [...casesOf({ 'server.js': text }).matchAll(/"id":"(server:[^"]*)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('[TST-01] is one of two at most, and the others are told', () => {
    const bin = { a: 'bin/a.js', b: 'bin/b.js', c: 'bin/c.js' };
    const files = Object.fromEntries(Object.values(bin).map((path) => [path, LISTENS]));
    expect(plan(files, { name: 'srv', bin }).uncovered).toContainEqual(
      expect.objectContaining({ code: 'SERVER_NOT_RUN', path: 'bin/c.js' }),
    );
  });
});
