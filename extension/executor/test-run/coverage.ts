/**
 * Branch coverage from V8's own counts. V8 merges neighbouring blocks with equal counts, so its blocks are no stable
 * denominator: the branches are taken from the syntax tree instead, and each is given the count V8 has for its place.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AnyNode, type Node, parse } from 'acorn';

export type Ratio = Readonly<{ covered: number; total: number }>;

type FileCoverage = Readonly<{
  /** Relative to the package root, POSIX. */
  path: string;
  branches: Ratio;
  functions: Ratio;
  lines: Ratio;
  /** Lines (from 1) where a branch begins that was never taken. */
  missedBranchLines: readonly number[];
}>;

export type Coverage = Readonly<{
  branches: Ratio;
  functions: Ratio;
  lines: Ratio;
  perFile: readonly FileCoverage[];
}>;

type Range = Readonly<{ startOffset: number; endOffset: number; count: number }>;
export type FunctionRanges = Readonly<{
  functionName: string;
  isBlockCoverage: boolean;
  ranges: readonly Range[];
}>;
type ScriptCoverage = Readonly<{ url: string; functions: readonly FunctionRanges[] }>;

/** How often the code at an offset ran: the innermost range that holds it decides. */
type Counter = (offset: number) => number;

function counterOf(functions: readonly FunctionRanges[]): Counter {
  const ranges = functions.flatMap((one) => one.ranges);
  const bounds = [...new Set(ranges.flatMap((one) => [one.startOffset, one.endOffset]))].sort(
    (a, b) => a - b,
  );
  const placeOf = new Map(bounds.map((bound, place) => [bound, place]));
  const counts = new Int32Array(bounds.length);
  const length = (one: Range): number => one.endOffset - one.startOffset;
  // Outer ranges first, so that each inner one is written over them; of equal ones the later.
  for (const one of ranges.toSorted((a, b) => length(b) - length(a)))
    counts.fill(one.count, placeOf.get(one.startOffset), placeOf.get(one.endOffset));
  return (offset) => counts[lastAtMost(bounds, offset)] ?? 0;
}

/** Place of the last of the sorted numbers that is not above `limit`; -1 where all are. */
function lastAtMost(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'start' in value
  );
}

function children(node: AnyNode): readonly AnyNode[] {
  return Object.values(node).flatMap((value: unknown) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

type Arm = Readonly<{ at: number; taken: boolean }>;

/** The ways on from a node, each with whether it was ever taken. */
function armsOf(node: AnyNode, count: Counter): readonly Arm[] {
  const arm = (one: Node): Arm => ({ at: one.start, taken: count(one.start) > 0 });
  switch (node.type) {
    case 'IfStatement': {
      // Without an `else` the other way is what is left of the count of the statement.
      const other =
        node.alternate === null || node.alternate === undefined
          ? { at: node.start, taken: count(node.start) > count(node.consequent.start) }
          : arm(node.alternate);
      return [arm(node.consequent), other];
    }
    case 'ConditionalExpression':
      return [arm(node.consequent), arm(node.alternate)];
    case 'LogicalExpression':
      return [arm(node.left), arm(node.right)];
    case 'SwitchStatement':
      return node.cases.map((one) => ({ at: one.start, taken: caseTaken(one, node.cases, count) }));
    default:
      return [];
  }
}

/** A case without statements falls through; it shares the fate of the next one that has some. */
function caseTaken(
  one: Readonly<{ start: number; consequent: readonly Node[] }>,
  all: readonly (typeof one)[],
  count: Counter,
): boolean {
  const from = all.indexOf(one);
  const holder = all.slice(from).find((each) => each.consequent.length > 0);
  const [first] = holder?.consequent ?? [];
  return first === undefined ? count(one.start) > 0 : count(first.start) > 0;
}

const isFunction = (node: AnyNode): boolean =>
  /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);

const isStatement = (node: AnyNode): boolean =>
  (/Statement$/.test(node.type) && node.type !== 'BlockStatement' && node.type !== 'EmptyStatement') ||
  node.type === 'VariableDeclaration';

/** null: no JavaScript (Flow, JSX), which Node does not load either, so that it has nothing that could be reached. */
function parseModule(text: string): AnyNode | null {
  const options = { ecmaVersion: 'latest', allowHashBang: true, allowReturnOutsideFunction: true } as const;
  for (const sourceType of ['script', 'module'] as const)
    try {
      return parse(text, { ...options, sourceType });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  return null;
}

/** Coverage of one source text, given the counts that V8 took of it in each process that ran it. */
function coverageOfFile(
  file: string,
  text: string,
  processes: readonly (readonly FunctionRanges[])[],
): FileCoverage {
  const counters = processes.map(counterOf);
  const count: Counter = (offset) => counters.reduce((total, one) => total + one(offset), 0);
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineOf = (offset: number): number => lastAtMost(lineStarts, offset) + 1;
  const arms: Arm[] = [];
  const bodies: boolean[] = [];
  const lines = new Map<number, boolean>();
  const visit = (node: AnyNode): void => {
    arms.push(...armsOf(node, count));
    if (isFunction(node) && 'body' in node && isNode(node.body))
      bodies.push(count(node.body.start + (node.body.type === 'BlockStatement' ? 1 : 0)) > 0);
    if (isStatement(node)) {
      const line = lineOf(node.start);
      lines.set(line, (lines.get(line) ?? false) || count(node.start) > 0);
    }
    for (const child of children(node)) visit(child);
  };
  const program = parseModule(text);
  if (program !== null) visit(program);
  const ratio = (all: readonly boolean[]): Ratio => ({
    covered: all.filter(Boolean).length,
    total: all.length,
  });
  return {
    path: file,
    branches: ratio(arms.map((one) => one.taken)),
    functions: ratio(bodies),
    lines: ratio([...lines.values()]),
    missedBranchLines: [...new Set(arms.filter((one) => !one.taken).map((one) => lineOf(one.at)))].sort(
      (a, b) => a - b,
    ),
  };
}

function sum(parts: readonly Ratio[]): Ratio {
  return parts.reduce((a, b) => ({ covered: a.covered + b.covered, total: a.total + b.total }), {
    covered: 0,
    total: 0,
  });
}

type Counted = Readonly<{ result?: readonly ScriptCoverage[] }>;

/** A process that was ended while it wrote leaves a part of a file: what it ran is not counted. */
function readWhole(file: string): Counted {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function readScripts(folder: string): readonly ScriptCoverage[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readWhole(path.join(folder, name)).result ?? []);
}

/** What V8 counted below the root: by path (relative, POSIX), once for each process that loaded the file. */
export function countsBelow(
  folder: string,
  packageRoot: string,
): ReadonlyMap<string, readonly (readonly FunctionRanges[])[]> {
  const scripts = new Map<string, (readonly FunctionRanges[])[]>();
  for (const script of readScripts(folder)) {
    if (!script.url.startsWith('file:')) continue;
    const file = path.relative(packageRoot, fileURLToPath(script.url)).split(path.sep).join('/');
    scripts.set(file, [...(scripts.get(file) ?? []), script.functions]);
  }
  return scripts;
}

/**
 * @param folder where `NODE_V8_COVERAGE` wrote
 * @param packageRoot absolute path
 * @param modules paths of the target modules, relative to the root; one that never ran counts as not covered
 */
export function readCoverage(folder: string, packageRoot: string, modules: readonly string[]): Coverage {
  // What one process left out another may have done, so their counts are added and never laid over one another.
  const scripts = countsBelow(folder, packageRoot);
  const perFile = modules.map((module) =>
    coverageOfFile(module, readFileSync(path.join(packageRoot, module), 'utf8'), scripts.get(module) ?? []),
  );
  return {
    branches: sum(perFile.map((one) => one.branches)),
    functions: sum(perFile.map((one) => one.functions)),
    lines: sum(perFile.map((one) => one.lines)),
    perFile,
  };
}
