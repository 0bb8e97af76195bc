import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, servedIn } from '../testing/served.ts';
import { runPrograms } from './programs.mjs';

let root = '';
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'iama-ports-test-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const served = (...run: Parameters<ReturnType<typeof servedIn>>) => servedIn(root)(...run);

describe('a run of a server with several ports', () => {
  it.each([
    ['at the same time', (second: string) => `app.listen(3000);\n${second}`],
    ['after the first', (second: string) => `app.listen(3000, () => { ${second} });`],
    [
      'by what hears of the first',
      (second: string) => `app.listen(3000); app.on('listening', () => { ${second} });`,
    ],
    [
      'by what awaits the first',
      (second: string) =>
        `const start = async () => { await new Promise((done) => app.listen(3000, done)); }; start().then(() => { ${second} });`,
    ],
    [
      'after all that a framework awaits once it listens',
      (second: string) => `app.listen(3000, async () => {
        for (let step = 0; step < 20; step += 1) await new Promise((done) => process.nextTick(done));
        ${second}
      });`,
    ],
    [
      'after what it reads from the disk',
      (second: string) =>
        `app.listen(3000); const fs = require('fs');
         fs.readFile(__filename, () => fs.promises.stat(__filename).then(() => fs.readdir('.', () => { ${second} })));`,
    ],
  ])('[TST-01] ask at each port that it listens on: %s', async (_when, both) => {
    const source = (answer: string) => `const http = require('http');
      const app = http.createServer((req, res) => res.end('app'));
      const admin = http.createServer((req, res) => res.end(${answer}));
      // Sockets that nobody asks over: no answer would come.
      const sockets = http.createServer().on('upgrade', () => {});
      ${both('admin.listen(3001); sockets.listen(3002);')}`;
    const first = await served(source("'admin ' + req.url"), [get('/a'), get('/b')]);
    expect(first).toMatch(
      /^→ exit 0, answer 200 .* "app", answer 200 .* "app", at port 3001 answer 200 .* "admin \/a", at port 3001 answer 200 .* "admin \/b"$/,
    );
    expect(await served(source("'admin ' + req.method"), [get('/a'), get('/b')])).not.toBe(first);
  });

  it('[TST-01] [TST-05] ask at no port that is opened after a clock, so that no machine is too slow or too quick for it', async () => {
    const source = `const http = require('http');
      http.createServer((req, res) => setTimeout(() => res.end('app'), 300)).listen(3000);
      setTimeout(() => http.createServer((req, res) => res.end('late')).listen(3001), 20);`;
    expect(await served(source)).toMatch(/^→ exit 0, answer 200 .* "app"$/);
  });

  it('[TST-01] do not wait for what reads without end', async () => {
    const source = `const fs = require('fs');
      require('http').createServer((req, res) => res.end('app')).listen(3000);
      (function read() { fs.stat('.', read); })();`;
    expect(await served(source)).toMatch(/^→ exit 0, answer 200 .* "app"$/);
  });

  it('[TST-01] ask at the port that is left where another one cannot be had', async () => {
    const source = `const http = require('http');
      const answer = (req, res) => res.end('one');
      const twice = http.createServer(answer).on('error', (error) => console.log(error.code));
      twice.listen(3000);
      twice.once('listening', () => { try { twice.listen(3001); } catch (error) { console.log(error.code); } });
      http.createServer(answer).listen(3002).close();`;
    expect(await served(source, [get('/')])).toMatch(
      /^→ exit 0, stdout "ERR_SERVER_ALREADY_LISTEN\\n", answer 200 .* "one"$/,
    );
  });

  const beside = (second: string) => `const http = require('http');
    http.createServer((req, res) => res.end('app ' + req.url)).listen(3000);
    http.createServer(${second}).listen(3001);`;
  const ALONE = /^→ exit 0, answer 200 .* "app \/", asked at the first of 2 ports alone$/;

  it.each([
    ['never answers', '() => {}'],
    ['reaches out', "() => http.get('http://elsewhere.example')"],
  ])('[TST-01] keep what the first answers where another %s', async (_what, second) => {
    expect(await served(beside(second), [get('/')], { timeout: 2_000 })).toMatch(ALONE);
  });

  it('[TST-01] [TST-02] ask where it was asked before, and notice that another port is gone or never answers', async () => {
    const both = beside("(req, res) => res.end('admin')");
    const before = await served(both, [get('/')]);
    expect(before).toContain('"admin"');
    const alone = await served(beside('() => {}'), [get('/')], { timeout: 2_000 });
    expect(await served(both, [get('/')], { before })).toBe(before);
    expect(await served(beside('() => {}'), [get('/')], { before, timeout: 2_000 })).not.toBe(before);
    expect(await served(both, [get('/')], { before: alone })).toBe(alone);
    expect(await served(both.replace(/http.*listen\(3001\);/, ''), [get('/')], { before: alone })).not.toBe(
      alone,
    );
  });

  it('[TST-01] give up other ports that do not answer, which costs all the time of a run each time', async () => {
    const source = beside("(req, res) => req.url === '/' && res.end('admin')");
    writeFileSync(path.join(root, 'server.js'), source);
    const runs = Array.from({ length: 12 }, (_, at) => ({
      ...{ id: `server:s:${at}`, call: 's', argv: [], stdin: '', shown: false },
      requests: [get(at === 11 ? '/' : '/silent')],
    }));
    const { results } = await runPrograms([{ name: 's', script: 'server.js', files: [], runs }], {
      ...{ packageRoot: root, moved: {}, timeout: 1_000, only: null, dropSlow: false, select: false },
    });
    expect(results.size).toBe(12);
    expect(results.get('server:s:11')?.result).toMatch(ALONE);
  });
});
