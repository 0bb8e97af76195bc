/** One run of a program in a process of its own, with arguments and input; a server is asked, and told to end. */
import childProcess from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exchange } from './exchange.mjs';

const PRELOAD = fileURLToPath(new URL('./program-preload.cjs', import.meta.url));
const SERVE_DOCUMENTED = fileURLToPath(new URL('./serve-documented.mjs', import.meta.url));
const SERVE_EXPORT = fileURLToPath(new URL('./serve-export.mjs', import.meta.url));
const MAX_OUTPUT_BYTES = 512 * 1024;

function environment(folder, { requests, port }, counts) {
  const { IAMA_RUN, PATH, TZ, LANG, LC_ALL } = process.env;
  const own = {
    PATH,
    TZ,
    LANG,
    LC_ALL,
    IAMA_RUN,
    NO_COLOR: '1',
    // What waits for the disk ends in the order in which it was begun.
    UV_THREADPOOL_SIZE: '1',
    HOME: path.join(folder, 'home'),
    TMPDIR: path.join(folder, 'tmp'),
    IAMA_PROGRAM_ROOT: folder,
    ...(requests === undefined ? {} : { IAMA_PROGRAM_SERVES: '1', PORT: port }),
    ...(counts === undefined ? {} : { NODE_V8_COVERAGE: counts }),
  };
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
}

/** What Node is given: the script with its arguments, or what serves an export of it, or code that uses it. */
function commandOf({ exported, documented }, script, { argv, made, mounted }) {
  if (documented !== undefined) return [SERVE_DOCUMENTED, script, JSON.stringify(documented)];
  if (exported === undefined) return [script, ...argv];
  return [SERVE_EXPORT, script, JSON.stringify({ ...exported, made, mounted })];
}

/**
 * One request after another, each on a connection of its own, at one port after another; then the server is told to end.
 * @param ports `real:believed:over`, with a space between
 * @param most at so many of them
 */
async function askServer(child, ports, requests, most) {
  const answers = [];
  const pairs = ports.split(' ');
  let hasOthers = false;
  for (const [at, pair] of pairs.slice(0, most).entries()) {
    const [real, believed, over] = pair.split(':');
    const port = Number(real);
    const where = at === 0 ? '' : `at port ${believed} `;
    hasOthers ||= at > 0 && !child.killed;
    for (const request of requests) {
      const answer = await exchange(port, over, request, MAX_OUTPUT_BYTES);
      if (answer !== null) answers.push({ at: where + answer.name, port, request, bytes: answer.bytes });
    }
  }
  child.kill('SIGTERM');
  return { answers, ports: pairs.length, hasOthers };
}

/**
 * @param folder of the run, with `work`, `home` and `tmp` below
 * @param startTimeout in ms; the process is killed when it has neither ended nor come to listen by then
 * @param timeout in ms, once it listens; the process is killed then
 * @param counts folder for what V8 counts; undefined: it does not count
 * @param mostPorts at so many of its ports a server is asked
 * @returns `{ code, signal, stdout, stderr, refused, late, tooMuch, served }`; output as Buffers, `served` null where nothing
 *   listened, else `{ answers, ports, hasOthers }`: of each at which port and over what, to which request, and its bytes; how many ports there
 *   are, and whether others than the first were come to
 */
export function spawnProgram(program, run, folder, { script, startTimeout, timeout, counts, mostPorts }) {
  return new Promise((resolve, reject) => {
    const args = ['--require', PRELOAD, ...commandOf(program, script, run)];
    const child = childProcess.spawn(process.execPath, args, {
      cwd: path.join(folder, 'work'),
      env: environment(folder, run, counts),
      stdio: [...Array(4).fill('pipe'), ...(run.requests === undefined ? [] : ['pipe'])],
    });
    const chunks = [[], [], []];
    const sizes = [0, 0, 0];
    for (const [at, stream] of [child.stdout, child.stderr, child.stdio[3]].entries()) {
      stream.on('data', (chunk) => {
        sizes[at] += chunk.length;
        if (sizes[at] <= MAX_OUTPUT_BYTES) chunks[at].push(chunk);
        else child.kill('SIGKILL');
      });
    }
    let late = false;
    const stopAfter = (ms) =>
      setTimeout(() => {
        late = true;
        child.kill('SIGKILL');
      }, ms);
    let timer = stopAfter(startTimeout);
    let asking = null;
    child.stdio[4]?.once('data', (line) => {
      clearTimeout(timer);
      timer = stopAfter(timeout);
      asking = askServer(child, line.toString().trim(), run.requests, mostPorts);
    });
    // A program that ends without reading what it is given closes the pipe.
    child.stdin.on('error', (error) => {
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
    });
    child.stdin.end(run.stdin);
    child.on('error', reject);
    child.on('close', async (code, signal) => {
      clearTimeout(timer);
      const served = await asking;
      const [stdout, stderr, refused] = chunks.map((one) => Buffer.concat(one));
      const all = [...sizes, ...(served?.answers ?? []).map(({ bytes }) => bytes.length)];
      const tooMuch = all.some((size) => size > MAX_OUTPUT_BYTES);
      resolve({
        ...{ code, signal, stdout, stderr, late, tooMuch, served },
        refused: refused.toString().split('\n')[0],
      });
    });
  });
}
