/** Rows of arguments for one callable: the shown ones, one input changed at a time, and combinations, in a fixed order. */
import { type Candidates, type Pools, pickEarly } from './candidates.ts';
import { stringLiteral } from './constants.ts';
import type { Example } from './examples.ts';
import { sequence, unique } from './order.ts';
import type { Profile } from './profile.ts';
import { candidatesFor } from './values.ts';

export type Row = readonly string[];

export type Rows = Readonly<{
  examples: readonly Row[];
  /** Rows of values the code is made for. */
  typical: (count: number) => readonly Row[];
  /** One input changed at a time, beside shown or typical values of the others. */
  single: () => readonly Row[];
  combined: (count: number) => readonly Row[];
  /** Values of other types, one at a time, and calls with too few arguments. */
  wrong: () => readonly Row[];
}>;

export type RowSource = Readonly<{
  name: string;
  parameters: readonly Profile[];
  examples: readonly Example[];
  pools: Pools;
}>;

const MAX_WIDTH = 8;

const pickAt = (from: readonly string[], index: number): string =>
  from[index % Math.max(1, from.length)] ?? 'undefined';

/** Without the `undefined` at its end: an omitted argument is a case of its own. */
function trim(row: Row): Row {
  let end = row.length;
  while (end > 0 && row[end - 1] === 'undefined') end -= 1;
  return row.slice(0, end);
}

const replaced = (row: Row, at: number, value: string): Row =>
  row.map((one, index) => (index === at ? value : one));

/** Not the path of a module: another one would not load. */
const LITERAL = /(?<!\bm(?:\[[^\]]*\])*\[)'(?:[^'\\\n]|\\.)*'/g;

/** The row with a text of one input put into another: a list that holds it, the same with a mark before it, or just it. */
function fitted(row: Row, marks: readonly string[], next: () => number): Row {
  const places = row.flatMap((value, at) => [...value.matchAll(LITERAL)].map((match) => ({ at, match })));
  const from = places[next() % Math.max(1, places.length)];
  const others = places.filter((one) => one.at !== from?.at && one.match[0] !== from?.match[0]);
  const into = others[next() % Math.max(1, others.length)];
  const [text, old] = [from, into].map((one) => one?.match[0].slice(1, -1) ?? '');
  if (from === undefined || into === undefined || text === undefined || old === undefined) return row;
  const mark = stringLiteral(marks[next() % Math.max(1, marks.length)] ?? '').slice(1, -1);
  const made = [
    text,
    mark + text,
    text + mark,
    text + mark + old,
    old + mark + text,
    `${old}${mark} ${text}`,
  ];
  const value = row[into.at] ?? '';
  const start = into.match.index;
  const changed = `${value.slice(0, start)}'${made[next() % made.length] ?? text}'${value.slice(start + into.match[0].length)}`;
  return replaced(row, into.at, changed);
}

export function createRows({ name, parameters, examples: shown, pools }: RowSource): Rows {
  const examples = shown.map((one) => one.args);
  const width = Math.min(MAX_WIDTH, Math.max(parameters.length, ...examples.map((row) => row.length), 0));
  const columns = Array.from({ length: width }, (_, at) => at);
  const known = new Map<number, Candidates>();

  function column(at: number): Candidates {
    const made = known.get(at) ?? columnOf(at);
    known.set(at, made);
    return made;
  }

  function columnOf(at: number): Candidates {
    const own = examples.map((row) => row[at]).filter((one) => one !== undefined);
    const profile = parameters[at];
    if (profile === undefined) return { typical: unique(own), boundary: [], wrong: [] };
    return candidatesFor(profile, pools, unique(own), `${name}/${at}`);
  }

  function base(shift: number): Row {
    const example =
      shift % 2 === 0 && examples.length > 0 ? examples[(shift / 2) % examples.length] : undefined;
    return columns.map((at) =>
      example === undefined ? pickAt(column(at).typical, shift) : (example[at] ?? 'undefined'),
    );
  }

  function single(): readonly Row[] {
    const longest = Math.max(
      0,
      ...columns.map((at) => column(at).typical.length + column(at).boundary.length),
    );
    const made: Row[] = [[]];
    for (let round = 0; round < longest; round += 1) {
      for (const at of columns) {
        const { typical, boundary } = column(at);
        // Two of three from what the code is made for, until one list ends.
        const inTurn =
          round % 3 === 2 ? boundary[Math.floor(round / 3)] : typical[round - Math.floor(round / 3)];
        const value = inTurn ?? boundary[round - typical.length];
        if (value !== undefined) made.push(trim(replaced(base(round), at, value)));
      }
    }
    return made;
  }

  function combined(count: number): readonly Row[] {
    const next = sequence(`${name}/combined/${parameters.length}`);
    const marks = pools.reach.strings.filter((one) => one.length <= 3);
    const pick = (at: number, row: readonly string[]): string => {
      const { typical, boundary, wrong } = column(at);
      const die = next() % 100;
      // Equal inputs, and an option left out, are branches of their own.
      if (at > 0 && die < 9) return row[at - 1] ?? 'undefined';
      if (at > 0 && at === width - 1 && die < 18) return 'undefined';
      const list = die < 64 ? typical : die < 97 ? boundary : wrong;
      return pickEarly(list.length === 0 ? typical : list, next(), 'undefined');
    };
    return Array.from({ length: count }, () => {
      const row: string[] = [];
      for (const at of columns) row.push(pick(at, row));
      return trim(next() % 4 === 0 ? fitted(row, marks, next) : row);
    });
  }

  function wrong(): readonly Row[] {
    const made: Row[] = [];
    const longest = Math.max(0, ...columns.map((at) => column(at).wrong.length));
    for (let round = 0; round < longest; round += 1) {
      for (const at of columns) {
        const value = column(at).wrong[round];
        if (value !== undefined) made.push(trim(replaced(base(round), at, value)));
      }
    }
    return [...columns.map((at) => base(0).slice(0, at)), ...made];
  }

  return {
    examples,
    typical: (count) => Array.from({ length: count }, (_, at) => trim(base(at * 2 + 1))),
    single,
    combined,
    wrong,
  };
}
