/** The matrix of calls for one subject: examples first, then one input at a time, then combinations, all in a fixed order. */
import ts from 'typescript';
import { interleave, type Pools } from './candidates.ts';
import { callText } from './case-text.ts';
import { heard } from './event-cases.ts';
import type { Example } from './examples.ts';
import { stableId, unique } from './order.ts';
import type { Profile } from './profile.ts';
import { flatten } from './profile.ts';
import { createRows, type Rows } from './rows.ts';
import { parameterNames, sequencesOn } from './sequences.ts';
import { fed } from './stream-cases.ts';
import type { Subject } from './subjects.ts';
import type { World } from './worlds.ts';

export type Step = Readonly<{
  member: string | null;
  /** `stream`: the result is used as a stream, where it is one; `events`: it is listened to, where it tells any. */
  form: 'call' | 'get' | 'stream' | 'events';
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
  /** The process that the package is loaded in; absent: the one that it is in. */
  world?: World;
}>;

export type Category =
  | 'examples'
  | 'inputs'
  | 'combinations'
  | 'wrong types'
  | 'methods'
  | 'streams'
  | 'events'
  | 'worlds'
  | 'value';

export type Draft = Omit<Case, 'id' | 'name'>;

/** `keep`: how many of the cases become tests; the person's machine takes those that reach most. */
export type CaseGroup = Readonly<{
  subject: Subject;
  category: Category;
  keep: number;
  cases: readonly Case[];
}>;

/** Members that a result has, with the parameters of each: what a factory gives back. `null` is the result called itself. */
export type ResultMember = Readonly<{
  member: string | null;
  names: readonly string[];
  parameters: readonly Profile[];
}>;

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
/** The rest is tried, and left out where it shows nothing new. */
const KEPT_SHARE = 0.34;
/** Of a subject for which more is tried, no larger number is kept for being rare; what goes a new way always is. */
const ENOUGH_TRIED = 1_000;
const SEQUENCES_SHARE = 0.12;
const STREAMS_SHARE = 0.2;
const EVENTS_SHARE = 0.15;
const WORLDS = 130;

export function casesFor(evidence: SubjectEvidence, budget: number): readonly CaseGroup[] {
  const { subject } = evidence;
  const seen = new Set<string>();
  const groups: CaseGroup[] = [];
  const keptShare = KEPT_SHARE * Math.min(1, ENOUGH_TRIED / Math.max(1, budget));
  let total = 0;
  const add = (category: Category, drafts: readonly Draft[], limit: number): void => {
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
    const keep = category === 'examples' ? cases.length : Math.ceil(cases.length * keptShare);
    if (cases.length > 0) groups.push({ subject, category, keep, cases });
  };

  if (subject.kind === 'value' || subject.kind === 'object') {
    add('value', [{ form: 'get', args: [], change: null, steps: [] }], 1);
    add('worlds', worldCases(evidence, [{ form: 'get', args: [], change: null, steps: [] }]), WORLDS);
    if (subject.kind === 'object' || subject.callable === null) return groups;
  }
  const rows = createRows({ ...evidence, name: subject.name });
  if (subject.kind === 'class') {
    addClassCases(evidence, rows, budget, add);
    return groups;
  }
  const call = (args: readonly string[]): Draft => ({
    form: 'call',
    args,
    change: null,
    steps: [],
  });
  add('examples', rows.examples.map(call), 80);
  add('methods', factoryCases(evidence, rows), Math.floor(budget * 0.5));
  add('methods', factorySequences(evidence, rows), Math.floor(budget * SEQUENCES_SHARE));
  if (evidence.pools.streams)
    add('streams', fedCases(evidence, rows, 'call'), Math.floor(budget * STREAMS_SHARE));
  add('worlds', worldCases(evidence, [...rows.examples.slice(0, 1), ...rows.typical(1)].map(call)), WORLDS);
  add('events', heardCases(evidence, rows, rows.examples.map(call)), Math.floor(budget * EVENTS_SHARE));
  const left = budget - total;
  add('wrong types', rows.wrong().map(call), Math.floor(left * 0.2));
  add('inputs', rows.single().map(call), Math.floor(left * 0.5));
  const written = evidence.parameters.some((one) => flatten(one).written);
  if (written) add('methods', repeated(rows), Math.floor(left * 0.3));
  add('combinations', rows.combined(budget * 3).map(call), budget);
  return groups;
}

/** Calls made twice with the same object, changed or not in between: what a cache on it would show. */
function repeated(rows: Rows): readonly Draft[] {
  const made = rows.combined(120);
  return made.flatMap((args, at) => {
    const other = made[(at + 1) % made.length]?.[0] ?? '{}';
    return [
      { form: 'twice' as const, args, change: null, steps: [] },
      { form: 'twice' as const, args, change: other, steps: [] },
    ];
  });
}

type Adder = (category: Category, drafts: readonly Draft[], limit: number) => void;

function addClassCases(evidence: SubjectEvidence, rows: Rows, budget: number, add: Adder): void {
  const create = (args: readonly string[]): Draft => ({
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
    const inner = methodRows(evidence, member, parameters);
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
  if (evidence.pools.streams)
    add('streams', fedCases(evidence, rows, 'new'), Math.floor(budget * STREAMS_SHARE));
  add('events', heardCases(evidence, rows, bases.map(create)), Math.floor(budget * EVENTS_SHARE));
  add('methods', classSequences(evidence, bases), Math.floor(budget * SEQUENCES_SHARE));
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

function methodRows(evidence: SubjectEvidence, member: string | null, parameters: readonly Profile[]): Rows {
  return createRows({
    ...evidence,
    name: `${evidence.subject.name}.${member}`,
    parameters,
    examples: [],
  });
}

function classSequences(evidence: SubjectEvidence, bases: readonly (readonly string[])[]): readonly Draft[] {
  const methods = [...evidence.methods].map(([member, parameters]) => ({
    member,
    names: parameterNames(evidence.subject.methods.get(member)),
    rows: methodRows(evidence, member, parameters).typical(12),
  }));
  return sequencesOn(bases, evidence.subject.name, methods).map((made) => ({
    form: 'new' as const,
    change: null,
    ...made,
  }));
}

function factoryCases(evidence: SubjectEvidence, rows: Rows): readonly Draft[] {
  const bases = [...rows.examples, ...rows.typical(12)];
  return evidence.results.flatMap(({ member, parameters }) => {
    const inner = methodRows(evidence, member, parameters);
    const argsList = [[], ...inner.single().slice(0, 60), ...inner.combined(60)];
    return argsList.map((args, at) => ({
      form: 'call' as const,
      args: bases[at % Math.max(1, bases.length)] ?? [],
      change: null,
      steps: [{ member, form: 'call' as const, args, observe: member !== null }],
    }));
  });
}

/** Calls whose result is used as a stream. */
function fedCases(evidence: SubjectEvidence, rows: Rows, form: 'call' | 'new'): readonly Draft[] {
  const bases = [...rows.examples, ...rows.typical(12), ...rows.combined(24)];
  return fed(bases, evidence.pools, evidence.subject.name).map((made) => ({ form, change: null, ...made }));
}

/** The same in every process that differs in what the code asks for. */
function worldCases(evidence: SubjectEvidence, drafts: readonly Draft[]): readonly Draft[] {
  return evidence.pools.worlds.flatMap((world) => drafts.map((draft) => ({ ...draft, world })));
}

/** Calls whose result is listened to: alone, and while its methods are called. */
function heardCases(evidence: SubjectEvidence, rows: Rows, shown: readonly Draft[]): readonly Draft[] {
  const { events } = evidence.pools;
  if (events.length === 0) return [];
  const isClass = evidence.subject.kind === 'class';
  const alone = [...rows.typical(24), ...rows.wrong().slice(0, 12)].map((args) => ({
    form: isClass ? ('new' as const) : ('call' as const),
    args,
    change: null,
    steps: [],
  }));
  const bases = [...rows.examples, ...rows.typical(12)];
  const used = isClass ? classSequences(evidence, bases) : factoryUses(evidence, bases);
  return heard([...shown, ...interleave([alone, used])], events);
}

/** Several members of what a factory gave back, in turn. */
function factorySequences(evidence: SubjectEvidence, rows: Rows): readonly Draft[] {
  const named = evidence.results.filter(({ member }) => member !== null);
  return named.length < 2 ? [] : factoryUses(evidence, [...rows.examples, ...rows.typical(12)]);
}

function factoryUses(evidence: SubjectEvidence, bases: readonly (readonly string[])[]): readonly Draft[] {
  const methods = evidence.results.flatMap(({ member, names, parameters }) =>
    member === null ? [] : [{ member, names, rows: methodRows(evidence, member, parameters).typical(12) }],
  );
  return sequencesOn(bases, evidence.subject.name, methods).map((made) => ({
    form: 'call' as const,
    change: null,
    ...made,
  }));
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
