import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servedIn } from '../testing/served.ts';
import { runPrograms } from './programs.mjs';

let root = '';
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'iama-starts-test-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const LISTENS = "require('http').createServer((req, res) => res.end()).listen(0);";

const METHODS = 'GET PUT POST PATCH OPTIONS TRACE LOCK COPY MOVE LINK MERGE DELETE'.split(' ');

/** How many of these runs of a server are recorded, and why the others are not; by far more than are tried at once. */
const started = async (
  source: string,
  argvOf: (at: number) => readonly string[] = () => [],
  timeout = 30_000,
) => {
  writeFileSync(path.join(root, 'server.js'), source);
  const runs = Array.from({ length: 12 }, (_, at) => ({
    ...{ id: `server:s:${at}`, call: 's', argv: argvOf(at), stdin: '', shown: false },
    requests: [`${METHODS[at]} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`],
  }));
  const { results, left } = await runPrograms([{ name: 's', script: 'server.js', files: [], runs }], {
    ...{ packageRoot: root, moved: {}, timeout, only: null, dropSlow: false, select: false },
  });
  return { recorded: results.size, left: [...left.values()].map(({ why }) => why) };
};

describe('a server that is started often', () => {
  it('[TST-01] loads nothing of Node that it does not ask for, and has what it asks for', async () => {
    const served = servedIn(root);
    const answers = "res.end(String(process.moduleLoadList.some((one) => one.includes('undici'))));";
    const exported = { kind: 'handler', keys: [], args: [] };
    expect(await served(`require('http').createServer((req, res) => { ${answers} }).listen(0);`)).toContain(
      '"false"',
    );
    expect(await served(`module.exports = (req, res) => { ${answers} };`, undefined, { exported })).toContain(
      '"false"',
    );
    const asks = `require('http')
      .createServer((req, res) => new Response('given').text().then((text) => res.end(text)))
      .listen(0);`;
    expect(await served(asks)).toContain('"given"');
  });

  it('[TST-01] [EXE-04] is given up where it never comes to listen, whatever it is asked', async () => {
    const source = `if (process.argv.length === 2) require('net').connect(1);\n${LISTENS}`;
    // What would be answered comes last.
    const { left } = await started(source, (at) => (at === 11 ? ['listen'] : []));
    expect(left).toEqual(Array(12).fill('UNSAFE net.connect'));
  });

  it('[TST-01] is made with arguments though it cannot be made without', async () => {
    const source = 'module.exports = ({ name }) => (req, res) => res.end(name);';
    writeFileSync(path.join(root, 'server.js'), source);
    const exported = { kind: 'factory', keys: [], args: [] };
    const request = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const runs = Array.from({ length: 12 }, (_, at) => ({
      ...{ id: `server:s:${at}`, call: 's', argv: [], stdin: '', shown: false, requests: [request] },
      ...(at < 6 ? {} : { made: at < 11 ? 'null' : "{ name: 'ada' }" }),
    }));
    const { results } = await runPrograms([{ name: 's', script: 'server.js', exported, files: [], runs }], {
      ...{ packageRoot: root, moved: {}, timeout: 30_000, only: null, dropSlow: false, select: false },
    });
    expect([...results.keys()]).toEqual(['server:s:11']);
    expect(results.get('server:s:11')?.result).toMatch(/answer 200 OK .* "ada"$/);
  });

  it('[TST-01] is not given up by starts that take too long beside each other', async () => {
    const slow = `setTimeout(() => { ${LISTENS} }, 2_000);`;
    expect(await started(slow, undefined, 1_000)).toEqual({ recorded: 12, left: [] });
  });

  it('[TST-01] is given up after one start that takes all the time there is, with nothing beside it', async () => {
    const left = ['TIMEOUT', ...Array(11).fill('NOT_RUN_AFTER_TIMEOUTS')];
    expect(await started('setInterval(() => {}, 1_000);', undefined, 1_000)).toEqual({ recorded: 0, left });
  });

  it('[TST-01] is given up where it answers nothing by any method, and not where it answers something', async () => {
    const silent = (answers: string) =>
      `require('http').createServer((req, res) => { ${answers} }).listen(0);`;
    const { left } = await started(silent(''), undefined, 1_000);
    expect(left.filter((why) => why === 'NOT_RUN_AFTER_TIMEOUTS').length).toBeGreaterThan(0);
    const some = silent("if (/^(?:PUT|DELETE)$/.test(req.method)) res.end('one');");
    const { recorded } = await started(some, undefined, 1_000);
    expect(recorded).toBe(2);
  });

  it('[TST-01] [EXE-04] ends when what recorded it was killed, and leaves no folder', {
    timeout: 60_000,
  }, async () => {
    const tells = LISTENS.replace('res.end()', "require('fs').writeFileSync('asked', '')");
    writeFileSync(path.join(root, 'server.js'), `${tells} setInterval(() => {}, 1_000);`);
    const harness = JSON.stringify(pathToFileURL(path.join(import.meta.dirname, 'programs.mjs')).href);
    const asked = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const run = { id: 'server:s:1', call: 's', argv: [], stdin: '', shown: false, requests: [asked] };
    const program = { name: 's', script: 'server.js', files: [], runs: [run] };
    const options = {
      packageRoot: root,
      moved: {},
      timeout: 60_000,
      only: null,
      dropSlow: false,
      select: false,
    };
    const source = `const { runPrograms } = await import(${harness});
      await runPrograms(${JSON.stringify([program])}, ${JSON.stringify(options)});`;
    const args = ['--input-type=module', '--eval', source];
    const recorder = spawn(process.execPath, args, {
      stdio: 'ignore',
      env: { ...process.env, TMPDIR: root },
    });
    const processes = () =>
      spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
        .stdout.split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number));
    const children = () => processes().flatMap(([pid, parent]) => (parent === recorder.pid ? [pid] : []));
    const patient = { timeout: 30_000, interval: 100 };
    await expect.poll(() => children().length, patient).toBe(1);
    const [server] = children();
    const folders = () => readdirSync(root).filter((name) => name.startsWith('iama-programs-'));
    const files = () =>
      folders().flatMap((name) => readdirSync(path.join(root, name), { recursive: true, encoding: 'utf8' }));
    await expect.poll(() => files().filter((name) => name.endsWith('asked')).length, patient).toBe(1);
    recorder.kill('SIGKILL');
    await expect.poll(() => processes().some(([pid]) => pid === server), patient).toBe(false);
    expect(folders()).toEqual([]);
  });
});
