/** Writes the cases as a JavaScript module: readable, comparable line by line, and needing no evaluation of text. */
import { parse } from 'acorn';
import type { Case, CaseGroup, Step } from './cases.ts';
import type { PlannedProgram } from './programs/plan.ts';
import type { PlannedServer } from './servers/plan.ts';

function parses(expression: string): boolean {
  try {
    parse(`(m, s) => [${expression}];`, { ecmaVersion: 'latest', sourceType: 'module' });
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function argsText(args: readonly string[]): string {
  return args.length === 0 ? '() => []' : `(m, s) => [${args.join(', ')}]`;
}

function stepText(step: Step): string {
  return `{ member: ${JSON.stringify(step.member)}, form: '${step.form}', observe: ${step.observe}, args: ${argsText(step.args)} }`;
}

function caseText(one: Case): string {
  const parts = [
    `id: '${one.id}'`,
    `name: ${JSON.stringify(one.name)}`,
    `form: '${one.form}'`,
    `args: ${argsText(one.args)}`,
  ];
  if (one.change !== null) parts.push(`change: ${argsText([one.change])}`);
  if (one.world !== undefined) parts.push(`world: ${JSON.stringify(one.world)}`);
  if (one.steps.length > 0) parts.push(`steps: [${one.steps.map(stepText).join(', ')}]`);
  return `      { ${parts.join(', ')} },`;
}

/** Literals that need no parser; `010` and `'\33'` are not among them, since modules are strict code. */
const SIMPLE = /^(?:'(?:[^'\\\n]|\\[^\n\dux])*'|-?(?:0|[1-9]\d*)(?:\.\d+)?|undefined|null|true|false)$/;

/** Without the cases that are not valid JavaScript: one of them would take all others with it. */
export function onlyValid(groups: readonly CaseGroup[]): readonly CaseGroup[] {
  const known = new Map<string, boolean>();
  const valid = (expression: string): boolean => {
    const simple = SIMPLE.test(expression);
    const made = simple || (known.get(expression) ?? parses(expression));
    known.set(expression, made);
    return made;
  };
  const isValid = (one: Case): boolean =>
    [
      ...one.args,
      ...(one.change === null ? [] : [one.change]),
      ...one.steps.flatMap((step) => step.args),
    ].every(valid);
  return groups
    .map((group) => ({ ...group, cases: group.cases.filter(isValid) }))
    .filter((group) => group.cases.length > 0);
}

function programText({ runs, ...program }: PlannedProgram | PlannedServer): string {
  return [
    `    { ...${JSON.stringify(program)}, runs: [`,
    ...runs.map((run) => `      ${JSON.stringify(run)},`),
    '    ] },',
  ].join('\n');
}

export function renderCases(
  modules: readonly string[],
  groups: readonly CaseGroup[],
  programs: readonly (PlannedProgram | PlannedServer)[],
): string {
  const body = groups.map((group) =>
    [
      `    { name: ${JSON.stringify(group.subject.name)}, module: ${JSON.stringify(group.subject.module)}, path: ${JSON.stringify(group.subject.path)}, category: '${group.category}', keep: ${group.keep}, cases: [`,
      ...group.cases.map(caseText),
      '    ] },',
    ].join('\n'),
  );
  return [
    '/** Inputs computed from the code, its documentation and its tests. `m` gives the modules, `s` recording stubs. */',
    'export default {',
    `  modules: ${JSON.stringify(modules)},`,
    '  groups: [',
    ...body,
    '  ],',
    '  programs: [',
    ...programs.map(programText),
    '  ],',
    '};',
    '',
  ].join('\n');
}
