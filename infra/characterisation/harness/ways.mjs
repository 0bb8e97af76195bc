/**
 * Notes which way each case takes through the code, by writing a call around every condition and comparison while the
 * modules load. Only used to choose and to find cases; results are recorded and compared on the code as it is.
 */
import fs from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const CALLS = {
  truth: '__iamaTruth',
  value: '__iamaValue',
  left: '__iamaLeft',
  right: '__iamaRight',
};
/** Begins the mark of one decision after another: too fine to choose planned cases by, and good to go on searching from. */
export const STEP = '>';
const MAX_PAIRS = 200;
const MAX_TEXT = 200;
const MAX_ALIKE = 6;

/** The text with a call around each probed expression; `first` is the number of the first probe. */
export function instrument(text, probes, first) {
  const edits = [];
  for (const [order, [start, end, kind, partner]] of probes.entries()) {
    const ids = partner === undefined ? `${first + order}` : `${first + order},${first + partner}`;
    edits.push({ at: start, order, close: false, text: `${CALLS[kind]}(${ids},(` });
    edits.push({ at: end, order: -order, close: true, text: '))' });
  }
  edits.sort((a, b) => a.at - b.at || Number(b.close) - Number(a.close) || a.order - b.order);
  let out = '';
  let at = 0;
  for (const edit of edits) {
    out += text.slice(at, edit.at) + edit.text;
    at = edit.at;
  }
  return out + text.slice(at);
}

/** How far two texts agree from their beginning on: a way to equality in steps. */
function alike(one, other) {
  let length = 0;
  while (length < MAX_ALIKE && length < one.length && one[length] === other[length]) length += 1;
  return length;
}

/** How a pattern fared: not at all, or where it began and ended and which of its groups took part. */
function shapeOf(match, text) {
  if (match === null) return '-';
  const from = match.index === 0 ? '^' : '';
  const to = match.index + match[0].length === text.length ? '$' : '';
  return `${from}${to}${match
    .slice(1, 20)
    .map((one) => (one === undefined ? '-' : one === '' ? '0' : '1'))
    .join('')}`;
}

/**
 * @param modules `{ path: { length, probes } }`
 * @returns `take()`: marks of the way and pairs of unequal values that were compared, since the last call; `inside(work)`
 *   runs the code that is watched; `stop()`
 */
export function watchWays(packageRoot, modules) {
  let counts = new Map();
  let pairs = [];
  let last = new Map();
  let depth = 0;
  let total = 0;
  const firsts = new Map();
  const patterns = new Map();
  const realExec = RegExp.prototype.exec;
  let before = '';
  const mark = (key) => counts.set(key, (counts.get(key) ?? 0) + 1);

  globalThis[CALLS.truth] = (id, value) => {
    const key = value ? id * 2 + 1 : id * 2;
    mark(key);
    mark(`${STEP}${before}${STEP}${key}`);
    before = key;
    return value;
  };
  globalThis[CALLS.value] = (id, value) => {
    last.set(id, value);
    if (typeof value === 'string' || typeof value === 'number') mark(`${id}=${String(value).slice(0, 20)}`);
    return value;
  };
  globalThis[CALLS.left] = (id, value) => {
    last.set(id, value);
    return value;
  };
  globalThis[CALLS.right] = (id, partner, value) => {
    const other = last.get(partner);
    if (typeof value !== typeof other) return value;
    if (typeof value === 'number') mark(`${id}~${Math.sign(other - value)}`);
    else if (typeof value !== 'string' || value.length > MAX_TEXT || other.length > MAX_TEXT) return value;
    else mark(`${id}~${alike(other, value)}`);
    if (other !== value && pairs.length < MAX_PAIRS) pairs.push([other, value]);
    return value;
  };
  Object.defineProperty(RegExp.prototype, 'exec', {
    configurable: true,
    writable: true,
    value: function exec(text) {
      const match = realExec.call(this, text);
      if (depth > 0) {
        const key = String(this);
        if (!patterns.has(key)) patterns.set(key, patterns.size);
        mark(`r${patterns.get(key)}${shapeOf(match, String(text))}`);
      }
      return match;
    },
  });
  const hooks = registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.startsWith('file:')) return loaded;
      const file = fileURLToPath(url);
      const known = modules[path.relative(packageRoot, file).split(path.sep).join('/')];
      const text = known === undefined ? '' : fs.readFileSync(file, 'utf8');
      if (known === undefined || text.length !== known.length) return loaded;
      // One that is loaded anew has the probes that it had.
      if (!firsts.has(file)) {
        firsts.set(file, total);
        total += known.probes.length;
      }
      const source = instrument(text, known.probes, firsts.get(file));
      return { ...loaded, source };
    },
  });
  return {
    /** What happened once, twice and more often are ways of their own. */
    take() {
      const marks = [];
      for (const [key, count] of counts) {
        marks.push(key);
        if (String(key).startsWith(STEP)) continue;
        if (count > 1) marks.push(`${key}x2`);
        if (count > 2) marks.push(`${key}x3`);
      }
      const decisions = marks.filter((key) => typeof key === 'number').sort((a, b) => a - b);
      if (decisions.length > 0) marks.push(`${STEP}all ${decisions.join(' ')}`);
      const taken = { marks, pairs };
      counts = new Map();
      pairs = [];
      last = new Map();
      before = '';
      return taken;
    },
    inside(work) {
      depth += 1;
      try {
        return work();
      } finally {
        depth -= 1;
      }
    },
    stop() {
      hooks.deregister();
      Object.defineProperty(RegExp.prototype, 'exec', {
        configurable: true,
        writable: true,
        value: realExec,
      });
      // What the code began may still come back: its probes go on giving their value, and note nothing.
      for (const name of Object.values(CALLS)) globalThis[name] = (...values) => values.at(-1);
    },
  };
}
