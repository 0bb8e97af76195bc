/** The matrix of calls for one subject: examples first, then one input at a time, then combinations, all in a fixed order. */
import ts from 'typescript';
import type { Example } from './examples.ts';
import { sequence, stableId, unique } from './order.ts';
import type { Profile } from './profile.ts';
import { flatten } from './profile.ts';
import type { Subject } from './subjects.ts';
import { type Candidates, candidatesFor, type Pools } from './values.ts';

export type Step = Readonly<{
  member: string | null;
  form: 'call' | 'get';
  args: readonly string[];
  observe: boolean;
}>;

export type Case = Readonly<{
  id: string;
  name: string;
  form: 'call' | 'new' | 'twice' | 'get';
  args: readonly string[];
  /** Members to assign to the first argument before the second call of `twice`. */
  change: string | null;
  steps: readonly Step[];
}>;

export type Category = 'examples' | 'inputs' | 'combinations' | 'wrong types' | 'methods' | 'value';

export type CaseGroup = Readonly<{ subject: Subject; category: Category; cases: readonly Case[] }>;

/** Members that a result has, with the parameters of each: what a factory gives back. `null` is the result called itself. */
export type ResultMember = Readonly<{ member: string | null; parameters: readonly Profile[] }>;

export type SubjectEvidence = Readonly<{
  subject: Subject;
  parameters: readonly Profile[];
  methods: ReadonlyMap<string, readonly Profile[]>;
  results: readonly ResultMember[];
  examples: readonly Example[];
  pools: Pools;
  /** A class that guards against a call without `new`. */
  callableWithoutNew: boolean;
}>;

const MAX_NAME = 140;

export function casesFor(evidence: SubjectEvidence, budget: number): readonly CaseGroup[] {
  const { subject } = evidence;
  const seen = new Set<string>();
  const groups: CaseGroup[] = [];
  let total = 0;
  const add = (category: Category, drafts: readonly Omit<Case, 'id' | 'name'>[], limit: number): void => {
    const cases: Case[] = [];
    for (const draft of drafts) {
      if (cases.length >= limit || total >= budget) break;
      const name = callText(subject, draft);
      const id = stableId(
        `${subject.module}#${subject.path.join('.')}#${draft.form}#${name}#${draft.change ?? ''}`,
      );
      if (seen.has(id)) continue;
      seen.add(id);
      total += 1;
      cases.push({ ...draft, id, name: name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name });
    }
    if (cases.length > 0) groups.push({ subject, category, cases });
  };

  if (subject.kind === 'value' || subject.kind === 'object') {
    add('value', [{ form: 'get', args: [], change: null, steps: [] }], 1);
    if (subject.kind === 'object' || subject.callable === null) return groups;
  }
  const rows = createRows(evidence);
  if (subject.kind === 'class') {
    addClassCases(evidence, rows, budget, add);
    return groups;
  }
  const call = (args: readonly string[]): Omit<Case, 'id' | 'name'> => ({
    form: 'call',
    args,
    change: null,
    steps: [],
  });
  add('examples', rows.examples.map(call), 80);
  add('methods', factoryCases(evidence, rows), Math.floor(budget * 0.5));
  const left = budget - total;
  add('wrong types', rows.wrong().map(call), Math.floor(left * 0.2));
  add('inputs', rows.single().map(call), Math.floor(left * 0.5));
  const written = evidence.parameters.some((one) => flatten(one).written);
  if (written) add('methods', repeated(rows), Math.floor(left * 0.3));
  add('combinations', rows.combined(budget * 3).map(call), budget);
  return groups;
}

/** Calls made twice with the same object, changed or not in between: what a cache on it would show. */
function repeated(rows: Rows): readonly Omit<Case, 'id' | 'name'>[] {
  const made = rows.combined(120);
  return made.flatMap((args, at) => {
    const other = made[(at + 1) % made.length]?.[0] ?? '{}';
    return [
      { form: 'twice' as const, args, change: null, steps: [] },
      { form: 'twice' as const, args, change: other, steps: [] },
    ];
  });
}

type Adder = (category: Category, drafts: readonly Omit<Case, 'id' | 'name'>[], limit: number) => void;

function addClassCases(evidence: SubjectEvidence, rows: Rows, budget: number, add: Adder): void {
  const create = (args: readonly string[]): Omit<Case, 'id' | 'name'> => ({
    form: 'new',
    args,
    change: null,
    steps: [],
  });
  add('examples', rows.examples.map(create), 40);
  const methods = [...evidence.methods];
  const bases = unique([...rows.examples, ...rows.typical(24)].map((row) => JSON.stringify(row))).map(
    (text): string[] => JSON.parse(text),
  );
  const perMethod = methods.length === 0 ? 0 : Math.floor((budget * 0.6) / methods.length);
  for (const [member, parameters] of methods) {
    const inner = createRows({ ...evidence, parameters, examples: [] });
    const argsList = unique(
      [[], ...inner.single().slice(0, perMethod), ...inner.combined(perMethod)].map((row) =>
        JSON.stringify(row),
      ),
    ).map((text): string[] => JSON.parse(text));
    const drafts = argsList.map((args, at) => ({
      form: 'new' as const,
      args: bases[at % Math.max(1, bases.length)] ?? [],
      change: null,
      steps: [{ member, form: 'call' as const, args, observe: true }],
    }));
    add('methods', drafts, perMethod);
  }
  add('methods', methodSequences(evidence, bases), Math.floor(budget * 0.12));
  for (const accessor of evidence.subject.accessors) {
    add(
      'methods',
      bases.slice(0, 12).map((args) => ({
        form: 'new' as const,
        args,
        change: null,
        steps: [{ member: accessor, form: 'get' as const, args: [], observe: true }],
      })),
      12,
    );
  }
  add('inputs', rows.single().map(create), Math.floor(budget * 0.2));
  add('combinations', rows.combined(budget).map(create), Math.floor(budget * 0.15));
  add('wrong types', rows.wrong().map(create), Math.floor(budget * 0.1));
  if (evidence.callableWithoutNew) {
    add(
      'combinations',
      bases.map((args) => ({ form: 'call' as const, args, change: null, steps: [] })),
      10,
    );
  }
}

/** Several methods in turn on one instance: state that one leaves and another reads. */
function methodSequences(
  evidence: SubjectEvidence,
  bases: readonly (readonly string[])[],
): readonly Omit<Case, 'id' | 'name'>[] {
  const methods = [...evidence.methods];
  if (methods.length === 0) return [];
  const next = sequence(`${evidence.subject.name}/sequences`);
  const rows = new Map(
    methods.map(([member, parameters]) => [
      member,
      createRows({ ...evidence, parameters, examples: [] }).typical(12),
    ]),
  );
  return Array.from({ length: 60 }, () => ({
    form: 'new' as const,
    args: bases[next() % Math.max(1, bases.length)] ?? [],
    change: null,
    steps: Array.from({ length: 2 + (next() % 4) }, () => {
      const [member] = methods[next() % methods.length] ?? [''];
      const choices = rows.get(member) ?? [];
      return {
        member,
        form: 'call' as const,
        args: choices[next() % Math.max(1, choices.length)] ?? [],
        observe: true,
      };
    }),
  }));
}

function factoryCases(evidence: SubjectEvidence, rows: Rows): readonly Omit<Case, 'id' | 'name'>[] {
  const bases = [...rows.examples, ...rows.typical(12)];
  return evidence.results.flatMap(({ member, parameters }) => {
    const inner = createRows({ ...evidence, parameters, examples: [] });
    const argsList = [[], ...inner.single().slice(0, 60), ...inner.combined(60)];
    return argsList.map((args, at) => ({
      form: 'call' as const,
      args: bases[at % Math.max(1, bases.length)] ?? [],
      change: null,
      steps: [{ member, form: 'call' as const, args, observe: member !== null }],
    }));
  });
}

type Row = readonly string[];

type Rows = Readonly<{
  examples: readonly Row[];
  typical: (count: number) => readonly Row[];
  single: () => readonly Row[];
  combined: (count: number) => readonly Row[];
  wrong: () => readonly Row[];
}>;

function createRows(evidence: Pick<SubjectEvidence, 'subject' | 'parameters' | 'examples' | 'pools'>): Rows {
  const { parameters, pools, subject } = evidence;
  const examples = evidence.examples.map((one) => one.args);
  const width = Math.max(parameters.length, ...examples.map((row) => Math.min(row.length, 8)), 0);
  const known = new Map<number, Candidates>();
  const column = (at: number): Candidates => {
    const made = known.get(at) ?? columnOf(at);
    known.set(at, made);
    return made;
  };
  const columnOf = (at: number): Candidates => {
    const shown = unique(examples.map((row) => row[at]).filter((one) => one !== undefined));
    const profile = parameters[at];
    if (profile === undefined) return { typical: shown, boundary: [], wrong: [] };
    return candidatesFor(profile, pools, shown, `${subject.name}/${at}`);
  };
  const columns = Array.from({ length: width }, (_, at) => at);
  const base = (shift: number): Row =>
    examples.length > 0 && shift % 2 === 0
      ? fill(examples[(shift / 2) % examples.length] ?? [])
      : columns.map((at) => pickAt(column(at).typical, shift));
  const fill = (row: Row): Row =>
    columns.map((at) => row[at] ?? (at < row.length ? 'undefined' : 'undefined'));
  const trim = (row: Row): Row => {
    let end = row.length;
    while (end > 0 && row[end - 1] === 'undefined') end -= 1;
    return row.slice(0, end);
  };
  const replaced = (row: Row, at: number, value: string): Row =>
    row.map((one, index) => (index === at ? value : one));
  const pickAt = (from: readonly string[], index: number): string =>
    from[index % Math.max(1, from.length)] ?? 'undefined';

  return {
    examples,
    typical: (count) => Array.from({ length: count }, (_, at) => trim(base(at * 2 + 1))),
    single: () => {
      const longest = Math.max(
        0,
        ...columns.map((at) => column(at).typical.length + column(at).boundary.length),
      );
      const made: Row[] = [[]];
      for (let round = 0; round < longest; round += 1) {
        for (const at of columns) {
          const { typical, boundary } = column(at);
          // Two of three from what the code is made for, until one list ends.
          const order =
            round % 3 === 2 ? boundary[Math.floor(round / 3)] : typical[round - Math.floor(round / 3)];
          const value = order ?? boundary[round - typical.length] ?? undefined;
          if (value !== undefined) made.push(trim(replaced(base(round), at, value)));
        }
      }
      return made;
    },
    combined: (count) => {
      const next = sequence(`${subject.name}/combined/${parameters.length}`);
      return Array.from({ length: count }, () =>
        trim(
          columns.map((at) => {
            const { typical, boundary, wrong } = column(at);
            const die = next() % 100;
            const list = die < 62 ? typical : die < 97 ? boundary : wrong;
            return pickAt(list.length === 0 ? typical : list, next());
          }),
        ),
      );
    },
    wrong: () => {
      const made: Row[] = [];
      const longest = Math.max(0, ...columns.map((at) => column(at).wrong.length));
      for (let round = 0; round < longest; round += 1) {
        for (const at of columns) {
          const value = column(at).wrong[round];
          if (value !== undefined) made.push(replaced(base(round), at, value));
        }
      }
      for (const at of columns) made.push(base(0).slice(0, at));
      return made;
    },
  };
}

function callText(subject: Subject, draft: Omit<Case, 'id' | 'name'>): string {
  const args = `(${draft.args.join(', ')})`;
  const head =
    draft.form === 'get' ? subject.name : `${draft.form === 'new' ? 'new ' : ''}${subject.name}${args}`;
  const tail = draft.steps.map((step) => {
    const inner = step.form === 'get' ? '' : `(${step.args.join(', ')})`;
    return step.member === null ? inner : `.${step.member}${inner}`;
  });
  const again =
    draft.form === 'twice' ? ` again${draft.change === null ? '' : ` after ${draft.change}`}` : '';
  return `${head}${tail.join(' ')}${again}`.replace(/\s+/g, ' ');
}

/** Whether a function checks how it was called (`instanceof` itself, `new.target`). */
export function guardsNew(node: ts.Node | null, label: string | undefined): boolean {
  if (node === null || ts.isClassLike(node)) return false;
  const text = node.getText();
  return (
    text.includes('new.target') ||
    (label !== undefined && new RegExp(`instanceof\\s+${label.replace(/\$/g, '\\$')}\\b`).test(text))
  );
}
