import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, servedIn } from '../testing/served.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'iama-servers-test-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const served = (...run: Parameters<ReturnType<typeof servedIn>>) => servedIn(root)(...run);

const HELLO = `const http = require('http');
const server = http.createServer((req, res) => res.end('hello ' + req.url));
server.listen(process.env.PORT || 3000, () => console.log('listening on ' + server.address().port));
`;
const answering = (body: string): string =>
  `require('http').createServer((req, res) => { ${body} }).listen(0);`;

describe('runs of a server', () => {
  it.each([
    [
      'reaches out of its machine',
      answering("require('http').get('http://127.0.0.1:9/'); res.end();"),
      'UNSAFE net.createConnection',
    ],
    [
      'starts other programs',
      answering("require('child_process').execSync('true')"),
      'UNSAFE child_process.execSync',
    ],
    [
      'becomes another program',
      answering("process.execve(process.execPath, [process.execPath, '-v'])"),
      'UNSAFE process.execve',
    ],
    [
      'listens for something that is not HTTP',
      "require('net').createServer().listen(0)",
      'UNSAFE net.Server.listen',
    ],
    [
      'listens at a place of the disk',
      "require('http').createServer().listen('sock')",
      'UNSAFE net.Server.listen',
    ],
    ['listens for nothing', 'console.log(1)', 'NO_SERVER'],
  ])('[TST-01] [EXE-04] are not kept where it %s', async (_what, source, why) => {
    expect(await served(source)).toBe(`left: ${why}`);
  });

  it('[TST-01] end one that never answers, and one that never stops answering', async () => {
    expect(await served(answering(''), [get('/')], { timeout: 1_500 })).toBe('left: TIMEOUT');
    const endless = answering("setInterval(() => res.write('x'.repeat(65536)), 0);");
    expect(await served(endless)).toBe('left: TOO_MUCH_OUTPUT');
  });

  it('[TST-01] record answers, output and the port that it asks for, whichever it gets', async () => {
    const answers =
      'answer 200 OK {connection: close; content-length: 8; date: <time>} "hello /a", ' +
      'answer 200 OK {connection: close; content-length: 8; date: <time>} "hello /b"';
    expect(await served(HELLO, [get('/a'), get('/b')])).toBe(
      `→ exit 0, stdout "listening on 3000\\n", ${answers}`,
    );
    expect(await served(HELLO, [], { port: '8080' })).toBe('→ exit 0, stdout "listening on 8080\\n"');
  });

  it('[TST-01] record how it takes what is no request, and an error that nobody caught', async () => {
    expect(await served(HELLO, ['NONSENSE\r\n\r\n'])).toContain('answer 400 Bad Request {connection: close}');
    expect(await served(answering("throw new RangeError('too far')"), [get('/'), get('/')])).toBe(
      'exit 1, stderr "uncaught RangeError: too far", no answer, no answer',
    );
  });

  it('[TST-01] put the parts of an answer together, and leave out what another machine and moment would change', async () => {
    const source = answering(`
      res.setHeader('Last-Modified', require('fs').statSync(__filename).mtime.toUTCString());
      res.setHeader('ETag', 'W/"1f-' + (1.7e12 + process.pid).toString(16) + '"');
      res.setHeader('X-Here', 'http://' + req.socket.localAddress + ':' + req.socket.localPort + ' ' + req.socket.remotePort);
      res.write('one '); res.write('two'); res.end();`);
    expect(await served(source)).toMatch(
      /^→ exit 0, answer 200 OK \{connection: close; date: <time>; etag: W\/"1f-<time>"; last-modified: <time>; transfer-encoding: chunked; x-here: http:\/\/127\.0\.0\.1:49152 50000\} "one two"$/,
    );
  });

  it.each([
    ['is cut off', "res.write('one'); setTimeout(() => res.destroy(), 50);", / "one" cut off$/],
    ['is cut off before it began', 'res.flushHeaders(); setTimeout(() => res.destroy(), 50);', /\} cut off$/],
    [
      'has a part of less than nothing',
      "res.socket.end('HTTP/1.1 200 OK\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n3\\r\\none\\r\\n-3\\r\\ntwo\\r\\n');",
      / "one" cut off$/,
    ],
    ['is empty and whole', 'res.flushHeaders(); res.end();', /chunked\}$/],
    [
      'has headers after it',
      "res.writeHead(200, { Trailer: 'X-Sum' }); res.write('one'); res.addTrailers({ 'X-Sum': '7' }); res.end();",
      / "one" \{x-sum: 7\}$/,
    ],
    [
      'is announced',
      "res.writeProcessing(); res.writeEarlyHints({ link: '</a>; rel=preload' }); res.end('one');",
      /answer 102 Processing \{\}, 103 Early Hints \{link: <\/a>; rel=preload\}, 200 OK \{connection: close; content-length: 3; date: <time>\} "one"$/,
    ],
  ])('[TST-01] tell an answer that %s from any other', async (_what, body, text) => {
    expect(await served(answering(body))).toMatch(text);
  });

  it('[TST-01] keep a time and a tag that no clock and no file had a part in', async () => {
    const source = answering(`
      res.setHeader('Date', new Date().toUTCString());
      res.setHeader('Last-Modified', new Date(0).toUTCString());
      res.setHeader('ETag', '"1f-12345678"');
      res.end();`);
    expect(await served(source)).toContain(
      'date: Mon, 03 Feb 2020 04:05:06 GMT; etag: "1f-12345678"; last-modified: Thu, 01 Jan 1970 00:00:00 GMT',
    );
  });

  it('[TST-01] agree when the stack of an error in a page or a JSON text has other lines', async () => {
    const page = (lines: string): string =>
      answering(`${lines}
        const stack = new Error('gone').stack;
        const html = stack.replace(/</g, '&lt;').replace(/\\n/g, '<br>').replace(/ {2}/g, ' &nbsp;');
        res.end(req.url === '/json' ? JSON.stringify({ stack }) : '<pre>' + html + '</pre>');`);
    const first = await served(page(''), [get('/'), get('/json')]);
    expect(first).toContain('"<pre>Error: gone</pre>"');
    expect(first).toContain('"{\\"stack\\":\\"Error: gone\\"}"');
    expect(await served(page('\n'.repeat(100)), [get('/'), get('/json')])).toBe(first);
  });

  it('[TST-01] find the data of their package, and change a copy of it', async () => {
    mkdirSync(path.join(root, 'public', 'node_modules'), { recursive: true });
    for (const name of ['public/a.html', 'public/a.js', 'public/node_modules/b.html', '.env'])
      writeFileSync(path.join(root, name), 'of the package');
    const source = answering(`const fs = require('fs');
      fs.appendFileSync('public/a.html', '!');
      res.end(fs.readdirSync('.', { recursive: true }).sort().join());`);
    const inPackage = await served(source, [get('/')], { inPackage: true });
    expect(inPackage).toMatch(/"public,public\/a.html", file work\/public\/a.html "of the package!"$/);
    expect(readFileSync(path.join(root, 'public/a.html'), 'utf8')).toBe('of the package');
    expect(
      await served(
        "require('http').createServer((q, res) => res.end(require('fs').readdirSync('.').join())).listen(0)",
      ),
    ).not.toContain('public');
  });

  it('[TST-01] wait for what follows on an answer, and not for an interval', async () => {
    const source = answering(`setInterval(() => {}, 1000); res.end();
      setTimeout(() => require('fs').writeFileSync('log.txt', req.method), 20);`);
    expect(await served(source)).toMatch(/file work\/log\.txt "GET"$/);
    const own = "process.on('SIGTERM', () => { console.log('bye'); process.exit(3); });";
    expect(await served(own + HELLO, [])).toBe('exit 3, stdout "listening on 3000\\nbye\\n"');
  });

  it('[TST-01] see another process, another machine or chance by no answer', async () => {
    const source =
      answering(`const os = require('os'); const { randomBytes, randomUUID, randomInt } = require('crypto');
      const web = crypto.getRandomValues(new Uint16Array(2)).join() + crypto.randomUUID();
      res.end([process.pid, os.hostname(), os.userInfo().username, randomUUID(), randomBytes(4).toString('hex'),
        randomInt(1e6), web, require('perf_hooks').performance.now(), Number(process.hrtime.bigint())].join(' '));`);
    const first = await served(source);
    expect(first).toMatch(
      /"4242 localhost user [\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-a[\da-f]{3}-[\da-f]{12} [\da-f]{8} \d+ /,
    );
    expect(await served(source)).toBe(first);
  });

  it('[TST-01] know this machine by its name, and no other', async () => {
    const lookup = (name: string): string =>
      answering(
        `require('dns').lookup('${name}', { all: true }, (error, all) => res.end(JSON.stringify(all)));`,
      );
    expect(await served(lookup('localhost'))).toContain('[{\\"address\\":\\"127.0.0.1\\",\\"family\\":4}]');
    expect(await served(lookup('example.com'))).toBe('left: UNSAFE dns.lookup');
  });

  it('[TST-01] [EXE-04] are not kept where it has workers', async () => {
    expect(await served("require('cluster').fork();")).toMatch(/^left: UNSAFE /);
  });

  it.each([
    ['handler', [], 'module.exports = (req, res) => res.end(req.url);'],
    [
      'server',
      [],
      "module.exports = { listen: (at) => require('http').createServer((req, res) => res.end(req.url)).listen(at) };",
    ],
    [
      'server',
      ['default'],
      "import http from 'node:http';\nconst app = http.createServer((req, res) => res.end(req.url));\nexport { app };\nexport default app;",
    ],
    ['factory', [], 'module.exports = async () => (req, res) => res.end(req.url);'],
    ['server', ['app'], "exports.app = require('http').createServer((req, res) => res.end(req.url));"],
    [
      'factory',
      ['make'],
      "exports.make = () => require('http').createServer((req, res) => res.end(req.url));",
    ],
    ['handler', ['answer'], 'export function answer(req, res) { res.end(req.url); }'],
    ['handler', ['default'], 'export default function (req, res) { res.end(req.url); }'],
    ['handler', [], "const answer = (req, res) => res.end(req.url);\nexport { answer as 'module.exports' };"],
  ])('[TST-01] serve an export that is a %s', async (kind, keys, source) => {
    expect(await served(source, [get('/x')], { exported: { kind, keys, args: [] } })).toMatch(
      /^→ exit 0, answer 200 OK .* "\/x"$/,
    );
  });

  it.each([
    ['answer', 'export default (req, res) => res.end(req.url);'],
    ['default', 'export const answer = (req, res) => res.end(req.url);'],
  ])('[TST-01] [TST-02] find no export that has another name than it had: %s', async (key, source) => {
    const exported = { kind: 'handler', keys: [key], args: [] };
    expect(await served(source, [get('/x')], { exported })).toBe('left: NO_SERVER');
  });

  it.each([
    ['is exported', 'module.exports = app;', { kind: 'server', keys: [], args: [] }],
    ['listens by itself, and logs', 'app.listen({ port: 3000 });', undefined],
  ])('[TST-01] serve an application of the real Fastify that %s', async (_what, ending, exported) => {
    const fastify = JSON.stringify(createRequire(import.meta.url).resolve('fastify'));
    const source = `const app = require(${fastify})({ logger: ${exported === undefined} });
      app.get('/x/:id', async (request) => ({ id: request.params.id }));
      ${ending}`;
    const more = exported === undefined ? {} : { exported };
    const first = await served(source, [get('/x/1'), get('/none')], more);
    expect(first).toMatch(/answer 200 OK .* "\{\\"id\\":\\"1\\"\}", answer 404 Not Found /);
    expect(await served(source, [get('/x/1'), get('/none')], more)).toBe(first);
  });

  it('[TST-01] give a factory the folder of the run where it wants one', async () => {
    const source =
      "module.exports = (root) => (req, res) => res.end(require('fs').readdirSync(root).join());";
    const exported = { kind: 'factory', keys: [], args: ['.', null] };
    expect(await served(source, [get('/')], { exported, inPackage: true })).toMatch(/"public"$/);
  });

  it('[TST-01] call what a handler gives back to answer with, with an error and without', async () => {
    const source = `module.exports = (req, res) => (error) => {
      res.statusCode = error ? error.status : 404;
      res.end(req.url + (error ? error.message : ''));
    };`;
    const exported = { kind: 'handler', keys: [], args: [], finishes: true };
    const seen = await served(source, [get('/a'), get('/b').replace('GET', 'POST')], { exported });
    expect(seen).toMatch(/answer 404 .* "\/a", answer 503 .* "\/bwrong"$/);
  });

  it.each([
    ['answers some requests by itself', "(req, res) => req.url === '/a' ? void res.end('own') : "],
    ['promises it', "async (req, res) => req.url === '/a' ? void res.end('own') : "],
  ])('[TST-01] call what a handler gives back, though it %s', async (_what, start) => {
    const source = `module.exports = ${start}() => { res.end('later'); }`;
    const exported = { kind: 'handler', keys: [], args: [], finishes: true };
    const seen = await served(source, [get('/a'), get('/b')], { exported });
    expect(seen).toMatch(/^→ exit 0, answer 200 .* "own", answer 200 .* "later"$/);
  });

  it('[TST-01] tell what a handler hands on, and what is no server from one that fails', async () => {
    const source =
      "module.exports = (req, res, next) => next(req.url === '/bad' ? Object.assign(new RangeError('bad'), { status: 401, code: 'E_BAD' }) : undefined);";
    const seen = await served(source, [get('/'), get('/bad')], {
      exported: { kind: 'handler', keys: [], args: [] },
    });
    expect(seen).toMatch(/answer 404 .*next", answer 500 .* "next: RangeError: bad status=401 code=E_BAD"$/);
    const wrapping = `module.exports = (req, res, next) => {
      const { write } = res;
      res.write = (text) => write.call(res, String(text).toUpperCase());
      next();
    };`;
    const exported = { kind: 'handler', keys: [], args: [] };
    expect(await served(wrapping, [get('/')], { exported })).toMatch(
      /content-type: text\/plain.* "(?:HANDED ON\\n){150}next"$/,
    );
    expect(await served(wrapping, [get('/').replace('GET', 'PUT')], { exported })).toMatch(
      /content-length: 1504; .* "(?:handed on\\n){150}next"$/,
    );
    const answered = 'module.exports = (req, res, next) => { res.end(req.url); next(); };';
    expect(await served(answered, [get('/x')], { exported })).toMatch(/^→ exit 0, answer 200 OK .* "\/x"$/);
    const none = await served('module.exports = () => 1;', [get('/')], {
      exported: { kind: 'factory', keys: [], args: [] },
    });
    expect(none).toBe('left: NO_SERVER');
  });
});
