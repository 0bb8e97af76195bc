/**
 * Makes new inputs from the text of one that was tried: what the code compared with one another is put in each other's place,
 * texts are cut, doubled and put together, numbers moved by one, arguments taken from another case.
 */

const TOKEN =
  /m\[[^\]]*\](?:\[[^\]]*\])*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])/g;
const MAX_LENGTH = 120;
const OTHERS = ['null', 'undefined', 'true', 'false', '0', '1', '{}', '[]', '""'];
const NUMBERS = ['0', '1', '-1', '2', '10', '0.5', '1e21', 'NaN'];
const MARKS = [
  ' ',
  ',',
  ', ',
  '.',
  '-',
  '+',
  '/',
  ':',
  ';',
  '=',
  '"',
  '\\',
  '{',
  '}',
  '*',
  '\t',
  '0',
  '1',
  'a',
  'Z',
];

/** A sequence of whole numbers that `seed` determines (mulberry32). */
export function sequence(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const isText = (token) => token[0] === "'" || token[0] === '"';
const isPath = (token) => token[0] === 'm';

const textOf = (token) => {
  const body = token.slice(1, -1);
  try {
    return JSON.parse(
      `"${token[0] === "'" ? body.replaceAll("\\'", "'").replace(/(?<!\\)"/g, '\\"') : body}"`,
    );
  } catch {
    return body;
  }
};

const charOf = (code) =>
  Number.isInteger(code) && code > 0 && code < 0x110000 ? String.fromCodePoint(code) : '';

/** The text with one value that the code compared exchanged for what it was compared with; null where it holds neither. */
function met(text, [one, other]) {
  const [from, to] = typeof one === 'number' ? [charOf(one), charOf(other)] : [one, other];
  if (from !== '' && text.includes(from)) return text.replace(from, () => to);
  if (to !== '' && text.includes(to)) return text.replace(to, () => from);
  const lower = text.toLowerCase();
  if (from !== '' && lower.includes(from)) return lower.replace(from, () => to);
  return null;
}

function changedText(text, world) {
  const { next, pick, pairs, texts } = world;
  const at = next() % (text.length + 1);
  const to = at + 1 + (next() % Math.max(1, text.length - at));
  switch (next() % 12) {
    case 0:
    case 1:
    case 2: {
      const pair = pick(pairs);
      const done = pair === undefined ? null : met(text, next() % 2 === 0 ? pair : [pair[1], pair[0]]);
      if (done !== null) return done;
      const piece = pair?.[next() % 2];
      return text.slice(0, at) + (typeof piece === 'number' ? charOf(piece) : (piece ?? '')) + text.slice(at);
    }
    case 3:
      return text.slice(0, at) + text.slice(to);
    case 4:
      return text.slice(0, to) + text.slice(at);
    case 5:
      return text.slice(0, at) + pick(MARKS) + text.slice(at);
    case 6:
      return text.slice(0, at) + (pick(texts) ?? '') + text.slice(at);
    case 7:
      return pick(texts) ?? text;
    case 8:
      return text.slice(0, at) + (pick(texts) ?? '').slice(next() % 8);
    case 9:
      return text.replace(/\d+/g, (digits) =>
        next() % 2 === 0 ? digits : String(Number(digits) + (next() % 3) - 1),
      );
    case 10:
      return text + (next() % 2 === 0 ? pick(MARKS) : '') + (next() % 2 === 0 ? text : (pick(texts) ?? ''));
    default:
      return text.slice(0, at) + pick(MARKS) + text.slice(to);
  }
}

function changedNumber(token, { next, pick, pairs }) {
  const value = Number(token);
  const pair = pick(pairs.filter(([one]) => typeof one === 'number'));
  switch (next() % 6) {
    case 0:
      return String(value + 1);
    case 1:
      return String(value - 1);
    case 2:
      return String(-value);
    case 3:
      return pick(NUMBERS);
    default:
      return pair === undefined ? pick(NUMBERS) : String(pair[next() % 2] + (next() % 3) - 1);
  }
}

const PART = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|[[({]|[\])}]|,/g;

/** What stands between the commas from `from` on, up to the bracket that closes there: `{ parts, end }`. */
function partsFrom(text, from) {
  const parts = [];
  let depth = 0;
  let start = from;
  for (const { 0: token, index } of text.slice(from).matchAll(PART)) {
    const at = from + index;
    if ('[({'.includes(token)) depth += 1;
    else if (')]}'.includes(token) && depth > 0) depth -= 1;
    else if (depth === 0 && token.length === 1 && ',)]}'.includes(token)) {
      const part = text.slice(start, at).trim();
      if (part !== '') parts.push(part);
      if (token !== ',') return { parts, end: at };
      start = at + 1;
    }
  }
  return { parts, end: text.length };
}

/** The inputs of a call as texts: split at the commas that stand outside of brackets and quotes. */
function splitArgs(text) {
  const head = /^\([^)]*\) => \[/.exec(text)?.[0];
  return head === undefined ? [] : partsFrom(text, head.length).parts;
}

const joinArgs = (parts) => `(m, s) => [${parts.join(', ')}]`;

/** An object or array among the inputs with one of its members left out, doubled or moved. */
function restructured(text, { next, pick }) {
  const opens = [...text.matchAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|m\[[^\]]*\]|\{|\[/g)]
    .filter(({ 0: token }) => token === '{' || token === '[')
    .slice(1);
  const open = pick(opens);
  if (open === undefined) return text;
  const from = open.index + 1;
  const { parts, end } = partsFrom(text, from);
  const at = next() % Math.max(1, parts.length);
  const others = parts.filter((_, index) => index !== at);
  const put =
    next() % 3 === 0 ? [...others, parts[at], parts[at]] : next() % 3 === 0 ? [...others, parts[at]] : others;
  return `${text.slice(0, from)} ${put.filter((one) => one !== undefined).join(', ')} ${text.slice(end)}`;
}

function changedToken(text, world) {
  const tokens = [...text.matchAll(TOKEN)].filter(({ 0: token }) => !isPath(token));
  const chosen = world.pick(tokens);
  if (chosen === undefined) return text;
  const [token] = chosen;
  const made =
    world.next() % 12 === 0
      ? world.pick(OTHERS)
      : isText(token)
        ? JSON.stringify(changedText(textOf(token), world).slice(0, MAX_LENGTH))
        : changedNumber(token, world);
  return text.slice(0, chosen.index) + made + text.slice(chosen.index + token.length);
}

/** Another argument list: one input taken from another case, two made equal, or the last one left out. */
function crossed(text, other, { next }) {
  const [own, foreign] = [splitArgs(text), splitArgs(other)];
  if (own.length === 0 && foreign.length === 0) return text;
  const at = next() % Math.max(1, own.length, foreign.length);
  switch (next() % 6) {
    case 0:
      return joinArgs(own.slice(0, -1));
    case 1:
      if (own.length > 1)
        return joinArgs(own.map((one, index) => (index === at ? own[(at + 1) % own.length] : one)));
      return joinArgs(foreign);
    default:
      if (foreign[at] === undefined) return joinArgs(foreign);
      return joinArgs(
        Array.from({ length: Math.max(own.length, at + 1) }, (_, index) =>
          index === at ? foreign[at] : (own[index] ?? 'undefined'),
        ),
      );
  }
}

/**
 * @param parent source of a tried case
 * @param other source of another one of the same subject
 * @param known `{ pairs, texts, next }`: values that were compared, texts of other inputs, a sequence of numbers
 */
export function derive(parent, other, { pairs, texts, next }) {
  const world = { next, pairs, texts, pick: (from) => from[next() % Math.max(1, from.length)] };
  const change = (text, foreign) => {
    const die = next() % 10;
    let made =
      die < 2
        ? crossed(text, foreign, world)
        : die === 2
          ? restructured(text, world)
          : changedToken(text, world);
    for (let more = next() % 3; more > 1; more -= 1) made = changedToken(made, world);
    return made;
  };
  const part = next() % (parent.steps.length + 1);
  if (part === 0) return { ...parent, args: change(parent.args, other.args) };
  const steps = parent.steps.map((step, index) => {
    const foreign = other.steps[index];
    const fits = foreign !== undefined && foreign.member === step.member;
    return index === part - 1 ? { ...step, args: change(step.args, fits ? foreign.args : step.args) } : step;
  });
  return { ...parent, steps };
}

/** The texts inside of a source. */
export function textsOf(source) {
  return [source.args, ...source.steps.map((step) => step.args)]
    .flatMap((text) => text.match(TOKEN) ?? [])
    .filter(isText)
    .map(textOf)
    .filter((text) => text !== '' && text.length <= 60);
}
