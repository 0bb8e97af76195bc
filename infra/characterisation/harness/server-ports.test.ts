import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, servedIn } from '../testing/served.ts';

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
});
