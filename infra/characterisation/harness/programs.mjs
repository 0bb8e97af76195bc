/**
 * Runs programs of the package as a person would: in a process and a folder of their own, with arguments and input, servers
 * with requests. Recorded is what they print and answer, how they end and which files they make (TST-01, black box).
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { answerText } from './answers.mjs';
import { copyData, packageData } from './package-data.mjs';
import { contentText, runText } from './program-output.mjs';
import { wayOf } from './program-ways.mjs';
import { spawnProgram } from './spawn-program.mjs';

/** A run this near to its limit could not be told from a hang on a slower machine. */
const SLOW_SHARE = 0.5;
/** On a busy machine a run takes many times as long: as long as others of the same package, and then some, but no more than this in ms. */
const MOST_PATIENCE = 20_000;
const TIMES_OTHERS = 10;
/** A program that waits for something that never comes, or that is no server, does so with most inputs. */
const MAX_IN_VAIN = 4;
/** So many runs are sent to a server that answers none of them, but for what is no request, which Node answers for it. */
const MAX_UNANSWERED = 8;
const ANSWERED = /answer (?!400 )/;
const IN_VAIN = new Map([
  ['TIMEOUT', 'NOT_RUN_AFTER_TIMEOUTS'],
  ['NO_SERVER', 'NO_SERVER'],
]);
/** Runs with the same result, of those that were tried, that are worth repeating. */
const MAX_ALIKE = 3;
const FOLDERS = ['work', 'home', 'tmp'];
/** Where another port never answers, or reaches out, what the first one answers counts alone. */
const FIRST_PORT_ALONE = /, asked at the first of \d+ ports alone$/;
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

/** How long a run may take, in ms, after others of the package took so long. */
function patience(least, lasted) {
  const typical = lasted.toSorted((one, other) => one - other)[lasted.length >> 1] ?? 0;
  return Math.max(least, Math.min(MOST_PATIENCE, typical * TIMES_OTHERS));
}

/** Why a run cannot be kept, or null. */
function whyLeft({ requests }, { late, tooMuch, refused, served }, ms, { timeout, dropSlow }) {
  if (late) return 'TIMEOUT';
  if (refused !== '') return `UNSAFE ${refused}`;
  if (requests !== undefined && served === null) return 'NO_SERVER';
  if (tooMuch) return 'TOO_MUCH_OUTPUT';
  return dropSlow && ms > timeout * SLOW_SHARE ? 'SLOW' : null;
}

/**
 * The first few of each result, and the first that came to it by another way through the code; which they are must not depend
 * on how fast the others were.
 */
function withoutRepetitions(programs, results, ways) {
  for (const program of programs) {
    const alike = new Map();
    const isEarly = (key, most) => {
      alike.set(key, (alike.get(key) ?? 0) + 1);
      return alike.get(key) <= most;
    };
    for (const { id, shown } of program.runs) {
      const text = results.get(id)?.result;
      if (text === undefined) continue;
      const isKept = [isEarly(text, MAX_ALIKE), isEarly(`${ways.get(id)} ${text}`, 1), shown].includes(true);
      if (!isKept) results.delete(id);
    }
  }
}

/** The first run of each program, then the second of each, so that none is left out where the time does not do for all. */
const inTurn = (programs) =>
  Array.from({ length: Math.max(0, ...programs.map(({ runs }) => runs.length)) }, (_, at) =>
    programs.flatMap((program) => (at < program.runs.length ? [{ program, run: program.runs[at] }] : [])),
  ).flat();

/** What a run changes about the server itself: with it, it may well come to listen though it does not without, and the other way round. */
const isOtherwise = ({ made, mounted, otherwise }) =>
  made !== undefined || mounted === true || otherwise === true;

const serverOf = ({ name }, { argv, made = '', mounted = false }) => [name, ...argv, made, mounted].join(' ');

/** Runs that are alike in what they wait for: a server may well answer one method and never another. */
const kindOf = (program, run) =>
  [
    serverOf(program, run),
    ...(run.requests ?? []).map((request) => request.slice(0, request.indexOf(' '))),
  ].join(' ');

/**
 * @param programs `{ name, script, exported?, documented?, inPackage?, files, runs: [{ id, call, argv, stdin, shown, requests?, port?, made?, mounted?, otherwise? }] }`; `exported`
 *   `{ kind, keys, args }` where what a module exports is served; `documented` `{ name, text }` where code that loads it by this
 *   name is started; `inPackage`: it is started
 *   where its package lies, so that a copy of the package's data is in the folder of each run, where `files` lie too; `shown` runs are those of
 *   the package's documents, `requests` are sent to a server as they stand, with `port` in its environment and,
 *   where a function makes it, `made` as its arguments; `mounted`: it is given handlers to call; `otherwise`:
 *   it is started otherwise than for most runs
 * @param options `{ packageRoot, moved, timeout, only, before, dropSlow, select, isOver? }`; `only`: ids to run, null for all; `before`: what was
 *   recorded by id, by which a server is asked at the same ports again; `timeout` per run in ms, more where others take long;
 *   `select`: keep only runs that differ; `isOver`: whether no more are to be begun
 * @returns `{ results: Map<id, { call, result }>, left: Map<id, { call, why }> }`
 */
export async function runPrograms(programs, options) {
  const results = new Map();
  const left = new Map();
  const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iama-programs-')));
  const inVain = new Map();
  const ways = new Map();
  const lasted = [];
  const othersInVain = new Map();
  const unanswered = new Map();
  const data = programs.some(({ inPackage }) => inPackage) ? packageData(options.packageRoot) : [];

  /** @param isFirstAlone a server is asked at its first port, whatever others it has */
  async function tryOnce({ program, run }, startsAlone, isFirstAlone) {
    const folder = path.join(base, run.id.replaceAll(/\W/g, '-'));
    for (const one of FOLDERS) fs.mkdirSync(path.join(folder, one), { recursive: true });
    if (program.inPackage) copyData(data, options.packageRoot, path.join(folder, 'work'));
    for (const { name, text } of program.files) {
      const file = path.join(folder, 'work', name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
    const places = { run: folder, packageRoot: options.packageRoot };
    const found = readTree(places);
    const script = path.join(options.packageRoot, options.moved[program.script] ?? program.script);
    const began = performance.now();
    const counts = options.select ? `${folder}-counts` : process.env.NODE_V8_COVERAGE;
    const timeout = patience(options.timeout, lasted);
    const startTimeout = startsAlone ? MOST_PATIENCE : timeout;
    const ended = await spawnProgram(program, run, folder, {
      ...{ script, startTimeout, timeout, counts },
      mostPorts: isFirstAlone ? 1 : undefined,
    });
    const ms = performance.now() - began;
    const why = whyLeft(run, ended, ms, { ...options, timeout: startTimeout });
    if (!ended.late) lasted.push(ms);
    let result = null;
    if (why === null) {
      const { answers, ports } = ended.served ?? { answers: [], ports: 0 };
      const seen = [
        ...answers.map(({ at, port, request, bytes }) => at + answerText(bytes, request, port, places)),
        ...changesBetween(found, readTree(places)),
        ...(isFirstAlone && ports > 1 ? [`asked at the first of ${ports} ports alone`] : []),
      ];
      result = runText(ended, seen, places);
      if (options.select) ways.set(run.id, wayOf(counts, options.packageRoot));
    }
    fs.rmSync(folder, { recursive: true, force: true });
    if (options.select) fs.rmSync(counts, { recursive: true, force: true });
    return { ended, why, result };
  }

  /** @param isAlone nothing runs beside it, so that it is a server's own fault if it does not come to listen */
  async function runOne({ program, run }, isAlone) {
    if (options.isOver?.()) {
      left.set(run.id, { call: run.call, why: 'NO_TIME' });
      return;
    }
    const kinds = [`${program.name} at all`, kindOf(program, run)];
    // With other arguments it may well come to listen, unless it takes too long.
    const mayYet = ([why], at) => at === 0 && isOtherwise(run) && why !== 'TIMEOUT';
    const server = serverOf(program, run);
    if (run.requests?.length > 0 && unanswered.get(server) >= MAX_UNANSWERED) {
      left.set(run.id, { call: run.call, why: 'NOT_RUN_AFTER_TIMEOUTS' });
      return;
    }
    const before = kinds
      .map((kind) => inVain.get(kind) ?? [])
      .find((whys, at) => whys.length >= MAX_IN_VAIN && !mayYet(whys, at));
    if (before !== undefined) {
      left.set(run.id, { call: run.call, why: IN_VAIN.get(before[0]) ?? before[0] });
      return;
    }
    const wasFirstAlone =
      FIRST_PORT_ALONE.test(options.before?.get(run.id)?.result ?? '') ||
      othersInVain.get(program.name) >= MAX_IN_VAIN;
    let tried = await tryOnce({ program, run }, isAlone, wasFirstAlone);
    // What another port does must not hide what the first one answers.
    if (tried.why !== null && tried.ended.served?.hasOthers) {
      if (tried.ended.late) othersInVain.set(program.name, (othersInVain.get(program.name) ?? 0) + 1);
      tried = await tryOnce({ program, run }, isAlone, true);
    }
    const { ended, why, result } = tried;
    if (why === null && ANSWERED.test(result)) unanswered.set(server, Number.NEGATIVE_INFINITY);
    if (why === 'TIMEOUT') unanswered.set(server, (unanswered.get(server) ?? 0) + 1);
    // What ends, or is refused, before it listens will do so again, whatever it is asked; what is late may only have others beside it.
    const neverListens = run.requests !== undefined && ended.served === null && (isAlone || !ended.late);
    const times = Array(neverListens && ended.late ? MAX_IN_VAIN : 1).fill(why);
    const kind = kinds[neverListens && !isOtherwise(run) ? 0 : 1];
    if (why !== null && (neverListens || IN_VAIN.has(why)))
      inVain.set(kind, [...(inVain.get(kind) ?? []), ...times]);
    if (why === null) results.set(run.id, { call: run.call, result });
    else left.set(run.id, { call: run.call, why });
  }

  const waiting = inTurn(programs).filter(({ run }) => options.only === null || options.only.has(run.id));
  // Several that start for the first time, beside each other and on a busy machine, could all take too long.
  const first = programs.flatMap((program) => {
    const served = waiting.filter((one) => one.program === program && one.run.requests !== undefined);
    return served.find(({ run }) => run.port !== undefined) ?? served[0] ?? [];
  });
  const together = waiting.filter((one) => !first.includes(one)).reverse();
  const work = async () => {
    for (let next = together.pop(); next !== undefined; next = together.pop()) await runOne(next, false);
  };
  try {
    for (const one of first) await runOne(one, true);
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    fs.rmSync(base, { recursive: true, force: true });
  }
  if (options.select) withoutRepetitions(programs, results, ways);
  return { results, left };
}

/** What was recorded of each program: `{ name, calls, returned }`. */
export function exercisedPrograms(programs, results) {
  return programs.map(({ name, runs }) => {
    const texts = runs.map(({ id }) => results.get(id)?.result).filter((text) => text !== undefined);
    return { name, calls: texts.length, returned: texts.filter((text) => text.startsWith('→')).length };
  });
}
