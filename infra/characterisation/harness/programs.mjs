/**
 * Runs programs of the package as a person would: in a process and a folder of their own, with arguments and input. Recorded
 * is what they print, how they end and which files they make (TST-01, black box).
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentText, runText } from './program-output.mjs';

const PRELOAD = fileURLToPath(new URL('./program-preload.cjs', import.meta.url));
const MAX_OUTPUT_BYTES = 512 * 1024;
/** A run this near to its limit could not be told from a hang on a slower machine. */
const SLOW_SHARE = 0.5;
/** A program that waits for something that never comes does so with most inputs. */
const MAX_TIMEOUTS = 4;
/** Runs with the same result, of those that were tried, that are worth repeating. */
const MAX_ALIKE = 3;
const FOLDERS = ['work', 'home', 'tmp'];
const AT_ONCE = Math.max(1, Math.min(4, os.availableParallelism()));

/** Every file below a folder with what it holds; links and folders by what they are. */
function readTree(places) {
  const root = places.run;
  const found = new Map();
  for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true })) {
    const absolute = path.join(entry.parentPath, entry.name);
    const name = path.relative(root, absolute).split(path.sep).join('/');
    if (entry.isSymbolicLink())
      found.set(name, `link to ${fs.readlinkSync(absolute).replaceAll(root, '<run>')}`);
    else if (entry.isFile()) found.set(name, contentText(fs.readFileSync(absolute), places));
    else found.set(name, entry.isDirectory() ? 'folder' : 'special');
  }
  return found;
}

function changesBetween(before, after) {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    if (before.get(name) === after.get(name)) return [];
    return [after.has(name) ? `file ${name} ${after.get(name)}` : `removed ${name}`];
  });
}

function environment(folder, isMeasured) {
  const { NODE_V8_COVERAGE, IAMA_RUN, PATH, TZ, LANG, LC_ALL } = process.env;
  const own = {
    PATH,
    TZ,
    LANG,
    LC_ALL,
    IAMA_RUN,
    NO_COLOR: '1',
    HOME: path.join(folder, 'home'),
    TMPDIR: path.join(folder, 'tmp'),
    IAMA_PROGRAM_ROOT: folder,
    ...(isMeasured ? { NODE_V8_COVERAGE } : {}),
  };
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
}

/** `{ code, signal, stdout, stderr, refused, late }` */
function spawnProgram(script, run, folder, timeout) {
  return new Promise((resolve, reject) => {
    const child = childProcess.spawn(process.execPath, ['--require', PRELOAD, script, ...run.argv], {
      cwd: path.join(folder, 'work'),
      env: environment(folder, process.env.NODE_V8_COVERAGE !== undefined),
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
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
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeout);
    // A program that ends without reading what it is given closes the pipe.
    child.stdin.on('error', (error) => {
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
    });
    child.stdin.end(run.stdin);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const [stdout, stderr, refused] = chunks.map((one) => Buffer.concat(one));
      const tooMuch = sizes.some((size) => size > MAX_OUTPUT_BYTES);
      resolve({ code, signal, stdout, stderr, refused: refused.toString().split('\n')[0], late, tooMuch });
    });
  });
}

/** Why a run cannot be kept, or null. */
function whyLeft({ late, tooMuch, refused }, ms, { timeout, dropSlow }) {
  if (late) return 'TIMEOUT';
  if (refused !== '') return `UNSAFE ${refused}`;
  if (tooMuch) return 'TOO_MUCH_OUTPUT';
  return dropSlow && ms > timeout * SLOW_SHARE ? 'SLOW' : null;
}

/** The first few of each result; which they are must not depend on how fast the others were. */
function withoutRepetitions(programs, results) {
  for (const program of programs) {
    const alike = new Map();
    for (const { id, shown } of program.runs) {
      const text = results.get(id)?.result;
      if (text === undefined) continue;
      const count = (alike.get(text) ?? 0) + 1;
      alike.set(text, count);
      if (count > MAX_ALIKE && !shown) results.delete(id);
    }
  }
}

/**
 * @param programs `{ name, script, files, runs: [{ id, call, argv, stdin, shown }] }`; `files` lie in the folder of each run,
 *   `shown` runs are those of the package's documents
 * @param options `{ packageRoot, moved, timeout, only, dropSlow, select }`; `only`: ids to run, null for all; `timeout` per run
 *   in ms; `select`: keep only runs that differ
 * @returns `{ results: Map<id, { call, result }>, left: Map<id, { call, why }> }`
 */
export async function runPrograms(programs, options) {
  const results = new Map();
  const left = new Map();
  const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iama-programs-')));
  const timeouts = new Map();

  async function runOne(program, run) {
    if ((timeouts.get(program.name) ?? 0) >= MAX_TIMEOUTS) {
      left.set(run.id, { call: run.call, why: 'NOT_RUN_AFTER_TIMEOUTS' });
      return;
    }
    const folder = path.join(base, run.id.replaceAll(/\W/g, '-'));
    for (const one of FOLDERS) fs.mkdirSync(path.join(folder, one), { recursive: true });
    for (const { name, text } of program.files) fs.writeFileSync(path.join(folder, 'work', name), text);
    const places = { run: folder, packageRoot: options.packageRoot };
    const before = readTree(places);
    const script = path.join(options.packageRoot, options.moved[program.script] ?? program.script);
    const began = performance.now();
    const ended = await spawnProgram(script, run, folder, options.timeout);
    const why = whyLeft(ended, performance.now() - began, options);
    if (why === 'TIMEOUT') timeouts.set(program.name, (timeouts.get(program.name) ?? 0) + 1);
    if (why === null) {
      const changes = changesBetween(before, readTree(places));
      results.set(run.id, { call: run.call, result: runText(ended, changes, places) });
    } else left.set(run.id, { call: run.call, why });
    fs.rmSync(folder, { recursive: true, force: true });
  }

  const waiting = programs
    .flatMap((program) => program.runs.map((run) => ({ program, run })))
    .filter(({ run }) => options.only === null || options.only.has(run.id))
    .reverse();
  const work = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      await runOne(next.program, next.run);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    fs.rmSync(base, { recursive: true, force: true });
  }
  if (options.select) withoutRepetitions(programs, results);
  return { results, left };
}

/** What was recorded of each program: `{ name, calls, returned }`. */
export function exercisedPrograms(programs, results) {
  return programs.map(({ name, runs }) => {
    const texts = runs.map(({ id }) => results.get(id)?.result).filter((text) => text !== undefined);
    return { name, calls: texts.length, returned: texts.filter((text) => text.startsWith('→')).length };
  });
}
