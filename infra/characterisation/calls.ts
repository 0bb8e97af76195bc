/** The calls of the exports of a package that are tried while its behaviour is recorded (TST-01). */
import ts from 'typescript';
import type { Finding } from '../recipes/recipe.ts';
import type { Pools } from './candidates.ts';
import { type CaseGroup, casesFor, guardsNew, type ResultMember, type SubjectEvidence } from './cases.ts';
import { literalString } from './constants.ts';
import { createDataFlow, type DataFlow } from './data-flow.ts';
import { eventsOf } from './event-cases.ts';
import { collectExamples } from './examples.ts';
import type { ExportReader } from './exports.ts';
import { unique } from './order.ts';
import type { PackageLayout } from './package-layout.ts';
import { type FunctionNode, isFunctionNode, type Program, walk } from './program.ts';
import { type Reach, reachOf } from './reach.ts';
import { onlyValid } from './render.ts';
import { parameterNames } from './sequences.ts';
import { areAboutStreams } from './stream-values.ts';
import { findSubjects, type Subject } from './subjects.ts';
import { worldsOf } from './worlds.ts';

/** Inputs to try; about a third becomes tests. */
const MAX_PER_SUBJECT = 2_500;
const MIN_PER_SUBJECT = 90;
const MAX_TOTAL = 12_000;
/** Small packages may try this many whatever their branches. */
const ENOUGH_TOTAL = 8_000;
const CASES_PER_BRANCH = 40;

const NO_REACH: Reach = { nodes: new Set(), branches: 0, regexes: [], numbers: [], strings: [] };

export type PlannedCalls = Readonly<{
  subjects: readonly Subject[];
  groups: readonly CaseGroup[];
  /** What the calls can lead to. */
  reached: ReadonlySet<ts.Node>;
  uncovered: readonly Finding[];
}>;

export const NO_CALLS: PlannedCalls = { subjects: [], groups: [], reached: new Set(), uncovered: [] };

/** The calls of every export that there is. */
export function planCalls(layout: PackageLayout, program: Program, reader: ExportReader): PlannedCalls {
  const { subjects, uncovered } = findSubjects(layout, program, reader);
  const examples = collectExamples(layout, subjects);
  const files = layout.code
    .filter((file) => !layout.tests.includes(file))
    .map((file) => program.file(file.path))
    .filter((file) => file !== undefined);
  const flow = createDataFlow(program, reader, files);
  const streams = areAboutStreams(files);
  const events = eventsOf(files);
  const worlds = worldsOf(files);
  const instances = instancesOf(subjects, (subject) => examples.of(subject).map((one) => one.args));
  const reach = new Map(
    subjects.map((subject) => [
      subject,
      subject.node === null ? NO_REACH : reachOf(subject.maker ?? subject.node, program, reader, layout),
    ]),
  );

  const budgets = shareBudget(
    subjects.map((subject) => ({
      subject,
      branches: isCalled(subject) ? (reach.get(subject)?.branches ?? 0) : 0,
    })),
  );
  const byName = sharedExamples(subjects, (subject) => examples.of(subject).map((one) => one.args));
  const groups = subjects.flatMap((subject) => {
    const pools: Pools = {
      reach: reach.get(subject) ?? NO_REACH,
      texts: examples.texts,
      tokens: tokensOf(examples.of(subject).flatMap((one) => one.args)),
      byName,
      streams,
      events,
      worlds,
      volume: 1,
      instances,
    };
    return casesFor(
      evidenceOf(subject, flow, reader, examples.of(subject), pools),
      budgets.get(subject) ?? MIN_PER_SUBJECT,
    );
  });
  return {
    subjects,
    groups: onlyValid(groups),
    reached: new Set([...reach.values()].flatMap((one) => [...one.nodes])),
    uncovered: [...uncovered, ...unreachable(subjects)],
  };
}

function evidenceOf(
  subject: Subject,
  flow: DataFlow,
  reader: ExportReader,
  examples: SubjectEvidence['examples'],
  pools: Pools,
): SubjectEvidence {
  return {
    subject,
    parameters: subject.callable === null ? [] : flow.parameters(subject.callable),
    methods: new Map([...subject.methods].map(([name, node]) => [name, flow.parameters(node)])),
    results:
      subject.kind === 'function' && subject.callable !== null
        ? resultMembers(subject.callable, flow, reader)
        : [],
    examples,
    pools,
    callableWithoutNew: guardsNew(subject.node, subject.label),
  };
}

/** The expressions that any export is shown with, by name of the parameter: `version` means the same everywhere in a package. */
function sharedExamples(
  subjects: readonly Subject[],
  shown: (subject: Subject) => readonly (readonly string[])[],
): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (const subject of subjects) {
    for (const [at, parameter] of (subject.callable?.parameters ?? []).entries()) {
      const name = parameter.name.getText();
      const values = shown(subject)
        .map((row) => row[at])
        .filter((one) => one !== undefined);
      byName.set(name, unique([...(byName.get(name) ?? []), ...values]));
    }
  }
  return byName;
}

/** The strings inside of expressions. */
function tokensOf(expressions: readonly string[]): readonly string[] {
  const quoted = expressions.flatMap((one) => one.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g) ?? []);
  return unique(
    quoted.map(literalString).filter((one) => one !== null && one.length > 0 && one.length <= 60),
  ).filter((one) => one !== null);
}

/** What the functions that a factory returns take: one level deep. */
function resultMembers(node: FunctionNode, flow: DataFlow, reader: ExportReader): readonly ResultMember[] {
  const members = new Map<string | null, FunctionNode>();
  const note = (expression: ts.Expression): void => {
    const shape = reader.shapeOf(expression);
    if (shape.node !== null && isFunctionNode(shape.node)) members.set(null, shape.node);
    for (const [name, member] of shape.members)
      if (member.node !== null && isFunctionNode(member.node)) members.set(name, member.node);
    if (shape.node !== null && ts.isNewExpression(shape.node)) {
      const made = reader.callee(shape.node.expression);
      if (made === null) return;
      if (ts.isClassLike(made)) {
        for (const one of made.members)
          if (ts.isMethodDeclaration(one) && ts.isIdentifier(one.name)) members.set(one.name.text, one);
      } else {
        for (const [name, method] of reader.prototypeOf(made)) members.set(name, method);
      }
    }
  };
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) note(node.body);
  walk(node, (one) => {
    if (!ts.isReturnStatement(one) || one.expression === undefined) return;
    let owner: ts.Node = one.parent;
    while (!isFunctionNode(owner) && owner.parent !== undefined) owner = owner.parent;
    if (owner === node) note(one.expression);
  });
  return [...members].map(([member, method]) => ({
    member,
    names: parameterNames(method),
    parameters: flow.parameters(method),
  }));
}

const isCalled = (subject: Subject): boolean => subject.callable !== null || subject.methods.size > 0;

/** More cases where there are more branches, within the total. */
function shareBudget(
  items: readonly Readonly<{ subject: Subject; branches: number }>[],
): ReadonlyMap<Subject, number> {
  const callable = items.filter((one) => one.subject.callable !== null).length;
  const least = Math.max(
    MIN_PER_SUBJECT,
    Math.min(MAX_PER_SUBJECT / 2, Math.floor(ENOUGH_TOTAL / Math.max(1, callable))),
  );
  const wanted = items.map(({ subject, branches }) => ({
    subject,
    count: Math.min(MAX_PER_SUBJECT, least + branches * CASES_PER_BRANCH + subject.methods.size * 45),
  }));
  const total = wanted.reduce((sum, one) => sum + one.count, 0);
  const scale = Math.min(1, MAX_TOTAL / Math.max(1, total));
  return new Map(wanted.map(({ subject, count }) => [subject, Math.max(1, Math.floor(count * scale))]));
}

function instancesOf(
  subjects: readonly Subject[],
  shown: (subject: Subject) => readonly (readonly string[])[],
): (node: object) => readonly string[] {
  return (node) => {
    const subject = subjects.find((one) => one.node === node || one.callable === node);
    if (subject === undefined) return [];
    const target = [
      `m[${JSON.stringify(subject.module)}]`,
      ...subject.path.map((key) => `[${JSON.stringify(key)}]`),
    ].join('');
    return shown(subject)
      .slice(0, 12)
      .map((args) => `new ${target}(${args.join(', ')})`);
  };
}

function unreachable(subjects: readonly Subject[]): readonly Finding[] {
  return subjects
    .filter((subject) => subject.kind === 'value' && subject.node === null && subject.path.length > 0)
    .map((subject) => ({
      code: 'VALUE_NOT_FOUND',
      path: subject.module,
      line: null,
      reason: `${subject.name} is made outside of these sources; its value is recorded, calls of it are not.`,
    }));
}
