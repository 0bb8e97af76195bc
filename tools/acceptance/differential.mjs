/**
 * An oracle that knows nothing of our characterisation tests: loads a package and calls everything it exports with seeded
 * random arguments, one line of text per call. Run on the original and on the delivered package, the lines must be equal.
 *
 * argv: package root, JSON file {seed, calls, modules: [relative paths], corpus: [strings]}; lines go to standard output.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspect, types } from 'node:util';

// Taken away: a package that reads its arguments when it loads would show where these files lie, one place each for both sides.
const [root, planFile] = process.argv.splice(2);
const { seed, calls, modules, corpus } = JSON.parse(readFileSync(planFile, 'utf8'));
const require = createRequire(join(root, 'package.json'));

/** mulberry32: small, seeded, the same everywhere. */
const generator = (start) => {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};
let random = generator(seed);
Math.random = () => 0.5;
Date.now = () => 1_700_000_000_000;
// A benchmark prints what time it took, which is another one each time.
console.timeEnd = console.timeLog = (label = 'default') => console.log(`${label}: (a while)`);

const pick = (items) => items[Math.floor(random() * items.length)];
const SPECIAL = [
  '',
  ' ',
  '0',
  '-1',
  '1.5',
  'a',
  'a,b',
  'a=b; c="d"',
  '1.2.3',
  '>=1.0.0 <2',
  '{a,b}{1..3}',
  '--x=1',
  '*',
  'é',
  '<a>&"\'',
];
const KEYS = [
  'headers',
  'url',
  'method',
  'unit',
  'digits',
  'length',
  'type',
  'name',
  'path',
  'value',
  'a',
  'b',
];
const string = () => {
  const roll = random();
  if (roll < 0.5) return pick(corpus);
  if (roll < 0.75) return pick(SPECIAL);
  return `${pick(corpus)}${pick(['', ' ', ',', ';', '=', '-', '.'])}${pick(corpus)}`.slice(0, 60);
};
const value = (depth = 0) => {
  const roll = random();
  if (roll < 0.45) return string();
  if (roll < 0.6) return pick([0, -0, 1, -1, 2, 10, 1.5, 1024, 1e9, Number.NaN, Infinity, -Infinity]);
  if (roll < 0.66) return pick([true, false, null, undefined]);
  if (depth > 2) return string();
  if (roll < 0.78) return Array.from({ length: Math.floor(random() * 4) }, () => value(depth + 1));
  if (roll < 0.95) {
    return Object.fromEntries(
      Array.from({ length: 1 + Math.floor(random() * 4) }, () => [
        random() < 0.5 ? pick(KEYS) : pick(corpus).slice(0, 30),
        value(depth + 1),
      ]),
    );
  }
  return pick([/a/g, new Date(0), () => 'called', Symbol.for('s'), 10n]);
};

/** Without the frames of stack traces and without places in files: the emitted file has other lines. */
const withoutPlaces = (text) => text.replace(/\n\s+at [^\n]*/g, '').replace(/(\.[cm]?js):\d+(:\d+)?/g, '$1');
const show = (result) =>
  withoutPlaces(
    inspect(result, {
      depth: 6,
      sorted: true,
      maxArrayLength: 50,
      maxStringLength: 500,
      breakLength: Infinity,
    }),
  );
const failure = (error) =>
  error instanceof Error
    ? `throws ${error.name}: ${withoutPlaces(String(error.message))} ${show({ ...error })}`
    : `throws ${show(error)}`;

/** Turns that a promise gets to settle: counted, because a clock would make runs differ. */
const TURNS = 50;
const settle = async (result) => {
  if (!types.isPromise(result)) return;
  result.catch(() => undefined);
  for (let turn = 0; turn < TURNS; turn += 1) await null;
};
process.on('uncaughtException', (error) => console.log(`uncaught -> ${failure(error)}`));
process.on('unhandledRejection', (reason) => console.log(`unhandled -> ${failure(reason)}`));

/** `action` gives the value that a call returned; `around` what is shown of it and with it. */
const attempt = async (label, action, around = (result) => result) => {
  try {
    const result = action();
    await settle(result);
    console.log(`${label} -> ${show(around(result))}`);
  } catch (error) {
    console.log(`${label} -> ${failure(error)}`);
  }
};

const describe = (name, thing) => {
  const kind = typeof thing;
  if (kind !== 'function')
    return `${name}: ${kind === 'object' ? `object {${Object.keys(thing ?? {}).join(',')}} ${show(thing)}` : show(thing)}`;
  return `${name}: function ${thing.name}/${thing.length} {${Object.keys(thing).join(',')}}`;
};

const exercise = async (name, thing, self, depth) => {
  console.log(describe(name, thing));
  if (typeof thing === 'function') {
    for (let i = 0; i < calls; i += 1) {
      const args = Array.from({ length: Math.floor(random() * (Math.max(thing.length, 1) + 2)) }, () =>
        value(),
      );
      const text = show(args);
      await attempt(
        `${name}(${text})#${i}`,
        () => thing.apply(self, args),
        (result) => [result, args],
      );
    }
    const methods = Object.getOwnPropertyNames(thing.prototype ?? {}).filter((key) => key !== 'constructor');
    for (let i = 0; i < calls && methods.length > 0; i += 1) {
      const args = Array.from({ length: thing.length }, () => value());
      await attempt(`new ${name}(${show(args)})#${i}`, () => {
        const made = new thing(...args);
        const trail = [show(made)];
        for (const method of [...methods].sort()) {
          if (typeof made[method] !== 'function') continue;
          try {
            trail.push(
              `${method}: ${show(made[method](...Array.from({ length: made[method].length }, () => value())))}`,
            );
          } catch (error) {
            trail.push(`${method}: ${failure(error)}`);
          }
        }
        return trail;
      });
    }
  }
  if (depth < 2 && thing !== null && (typeof thing === 'object' || typeof thing === 'function')) {
    for (const key of Object.keys(thing)) {
      const inner = thing[key];
      if (typeof inner === 'function' || (typeof inner === 'object' && inner !== null && depth === 0)) {
        await exercise(`${name}.${key}`, inner, thing, depth + 1);
      }
    }
  }
};

for (const path of modules) {
  random = generator(seed + path.length);
  let loaded;
  try {
    loaded = require(join(root, path));
  } catch (error) {
    console.log(`${path} -> ${failure(error).replaceAll(root, '<root>')}`);
    continue;
  }
  await exercise(path, loaded, undefined, 0);
}
process.stdout.write('', () => process.exit(0));
