/** Several methods in turn on one object: state that one leaves and another reads. */
import { sequence } from './order.ts';
import type { FunctionNode } from './program.ts';
import type { Row } from './rows.ts';

export type SequencedStep = Readonly<{ member: string; form: 'call'; args: Row; observe: boolean }>;

export type SequencedMethod = Readonly<{
  member: string;
  /** Of its parameters: what has one name in several methods is one thing (`event` of `on` and `emit`, `key` of `set` and `get`). */
  names: readonly string[];
  rows: readonly Row[];
}>;

const RANDOM = 60;
const THEMED = 90;
/** The same for everybody however often it is written: only other values have an identity. */
const PRIMITIVE = /^(?:'(?:[^'\\]|\\.)*'|-?[\d.]+n?|true|false|null|undefined|NaN|-?Infinity)$/;

/** The names of parameters, in order. */
export const parameterNames = (node: FunctionNode | undefined): readonly string[] =>
  (node?.parameters ?? []).map((one) => one.name.getText());

/** Methods in any order, each with values of its own. */
function randomSequences(
  seed: string,
  methods: readonly SequencedMethod[],
): readonly (readonly SequencedStep[])[] {
  if (methods.length === 0) return [];
  const next = sequence(`${seed}/sequences`);
  return Array.from({ length: RANDOM }, () =>
    Array.from({ length: 2 + (next() % 4) }, () => {
      const { member, rows } = methods[next() % methods.length] ?? { member: '', rows: [] };
      return {
        member,
        form: 'call' as const,
        args: rows[next() % Math.max(1, rows.length)] ?? [],
        observe: true,
      };
    }),
  );
}

/** Methods that are mostly given the same where their parameters have the same name; none where no two methods share one. */
function themedSequences(
  seed: string,
  methods: readonly SequencedMethod[],
): readonly (readonly SequencedStep[])[] {
  const counted = Map.groupBy(
    methods.flatMap(({ names }) => [...new Set(names)]),
    (name) => name,
  );
  const shared = new Set([...counted].filter(([, uses]) => uses.length > 1).map(([name]) => name));
  const themed = methods.filter(({ names }) => names.some((name) => shared.has(name)));
  if (themed.length === 0) return [];
  const next = sequence(`${seed}/themed`);

  function themedStep(kept: Map<string, string>): SequencedStep {
    // One in eight is a method that has no part in it, which may still change what the others find.
    const from = next() % 8 === 0 ? methods : themed;
    const { member, names, rows } = from[next() % from.length] ?? { member: '', names: [], rows: [] };
    const row = rows[next() % Math.max(1, rows.length)] ?? [];
    const args = Array.from({ length: Math.max(names.length, row.length) }, (_, at) => {
      const own = row[at] ?? 'undefined';
      const name = names[at];
      if (name === undefined || !shared.has(name) || next() % 8 === 0) return own;
      const value = kept.get(name) ?? own;
      kept.set(name, value);
      return PRIMITIVE.test(value) ? value : `s.kept('${name.replace(/\W/g, '')}', () => (${value}))`;
    });
    const cut = next() % 3 === 0 ? next() % (args.length + 1) : args.length;
    return { member, form: 'call', args: args.slice(0, cut), observe: false };
  }

  return Array.from({ length: THEMED }, () => {
    const kept = new Map<string, string>();
    const steps = Array.from({ length: 3 + (next() % 5) }, () => themedStep(kept));
    return steps.map((step, at) => (at === steps.length - 1 ? { ...step, observe: true } : step));
  });
}

/** Random and themed sequences, each on an object that is made with one of the rows of `bases`. */
export function sequencesOn(
  bases: readonly Row[],
  seed: string,
  methods: readonly SequencedMethod[],
): readonly Readonly<{ args: Row; steps: readonly SequencedStep[] }>[] {
  const next = sequence(`${seed}/bases`);
  return [...randomSequences(seed, methods), ...themedSequences(seed, methods)].map((steps) => ({
    args: bases[next() % Math.max(1, bases.length)] ?? [],
    steps,
  }));
}
