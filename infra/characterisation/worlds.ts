/** What code asks of the process it runs in: the environment, its arguments, the platform, whether it writes to a terminal. */
import ts from 'typescript';
import { sequence, unique } from './order.ts';
import { accessName, walk } from './program.ts';
import { regexSamples } from './regex-samples.ts';

/** A process that the package is loaded anew in: all that it asks for and that is not named here is not there. */
export type World = Readonly<{
  env: Readonly<Record<string, string>>;
  /** Variables that the code may ask for, and that are not set. */
  unset: readonly string[];
  argv: readonly string[];
  platform: string | null;
  tty: boolean | null;
}>;

const MAX_NAMES = 24;
const MAX_VALUES = 5;
const MAX_WORLDS = 64;
const COMBINED = 24;
const NAME = /^[A-Z][A-Z0-9_]+$/;
/** What Node or the system reads as well, and what says how the tests are run. */
const NOT_OURS =
  /^(?:NODE_(?!ENV$).*|TZ|HOME|PATH|TE?MP|TMPDIR|USERPROFILE|LD_.*|SSL_.*|OPENSSL_.*|UV_.*|IAMA_.*|LANG|LC_.*|PWD|SHELL|USER)$/;
const PLATFORMS = ['win32', 'darwin', 'linux'];
const FLAG_ASKER = /flag/i;

type Asked = {
  values: Map<string, Set<string>>;
  /** Variables that are asked for where others were found: `if ('CI' in env) … 'TRAVIS' in env`. */
  after: Map<string, Set<string>>;
  flags: Set<string>;
  platform: boolean;
  tty: boolean;
};

const isEnv = (node: ts.Expression, aliases: ReadonlySet<string>): boolean =>
  accessName(node) === 'env' || (ts.isIdentifier(node) && aliases.has(node.text));

function aliasesOf(files: readonly ts.SourceFile[]): ReadonlySet<string> {
  const aliases = new Set<string>();
  for (const file of files)
    walk(file, (node) => {
      if (!ts.isVariableDeclaration(node) || node.initializer === undefined) return;
      const from = node.initializer.getText();
      if (ts.isIdentifier(node.name) && from === 'process.env') aliases.add(node.name.text);
      if (ts.isObjectBindingPattern(node.name) && /process['")]*$/.test(from))
        for (const { name, propertyName } of node.name.elements)
          if ((propertyName ?? name).getText() === 'env') aliases.add(name.getText());
    });
  return aliases;
}

function askedBy(files: readonly ts.SourceFile[]): Asked {
  const aliases = aliasesOf(files);
  const asked: Asked = {
    values: new Map(),
    after: new Map(),
    flags: new Set(),
    platform: false,
    tty: false,
  };
  const valuesOf = (name: string): Set<string> => {
    const known = asked.values.get(name) ?? new Set<string>();
    if (NAME.test(name) && !NOT_OURS.test(name)) asked.values.set(name, known);
    return known;
  };
  /** The variable that an expression begins with: `env.TERM`, `(env.TERM || '').split('.')[0]`. */
  const variableOf = (node: ts.Expression): string | null => {
    if (
      (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) &&
      isEnv(node.expression, aliases)
    )
      return accessName(node);
    if (
      ts.isParenthesizedExpression(node) ||
      ts.isPropertyAccessExpression(node) ||
      ts.isCallExpression(node)
    )
      return variableOf(node.expression);
    return ts.isBinaryExpression(node) ? variableOf(node.left) : null;
  };
  const note = (one: ts.Expression, value: string): void => {
    const name = variableOf(one);
    if (name !== null) valuesOf(name).add(value);
  };
  const readsEnv = files.some(
    (file) => /process\.env|\benv\b/.test(file.text) && file.text.includes('process'),
  );
  for (const file of files)
    walk(file, (node) => {
      if (ts.isExpression(node)) {
        const name = variableOf(node);
        if (name !== null && !ts.isBinaryExpression(node)) valuesOf(name);
      }
      if (readsEnv && ts.isStringLiteralLike(node) && NAME.test(node.text)) valuesOf(node.text);
      const named = ts.isIdentifier(node) || ts.isStringLiteralLike(node) ? node.text : '';
      if (NAME.test(named)) for (const outer of conditionsAround(node)) noteAfter(named, outer);
      if (ts.isBinaryExpression(node) && ts.isStringLiteralLike(node.right)) note(node.left, node.right.text);
      if (ts.isSwitchStatement(node))
        for (const clause of node.caseBlock.clauses)
          if (ts.isCaseClause(clause) && ts.isStringLiteralLike(clause.expression))
            note(node.expression, clause.expression.text);
      if (ts.isCallExpression(node)) noteCall(node);
      const text = ts.isPropertyAccessExpression(node) ? node.getText() : '';
      if (text === 'process.platform') asked.platform = true;
      if (text.endsWith('.isTTY')) asked.tty = true;
    });

  function noteAfter(name: string, condition: string): void {
    const others = asked.after.get(name) ?? new Set<string>();
    for (const [other] of condition.matchAll(/\b[A-Z][A-Z0-9_]+\b/g)) if (other !== name) others.add(other);
    asked.after.set(name, others);
  }

  function noteCall(node: ts.CallExpression): void {
    const [first] = node.arguments;
    if (first === undefined) return;
    const { expression } = node;
    if (ts.isPropertyAccessExpression(expression) && ts.isRegularExpressionLiteral(expression.expression))
      for (const sample of regexSamples(expression.expression.text, 4)) note(first, sample);
    if (!ts.isStringLiteralLike(first)) return;
    const asksFlag = ts.isIdentifier(expression)
      ? FLAG_ASKER.test(expression.text)
      : /^process\.argv\.(?:includes|indexOf)$/.test(expression.getText());
    if (asksFlag) asked.flags.add(first.text);
  }
  return asked;
}

/** The conditions that hold where a node runs. */
function conditionsAround(node: ts.Node): readonly string[] {
  const found: string[] = [];
  for (let inner = node; inner.parent !== undefined; inner = inner.parent)
    if (ts.isIfStatement(inner.parent) && inner.parent.thenStatement === inner)
      found.push(inner.parent.expression.getText());
  return found;
}

const flagText = (flag: string): string =>
  flag.startsWith('-') ? flag : `${flag.length === 1 ? '-' : '--'}${flag}`;

/** @returns the processes to load the package in, each other by one thing that its code asks for, then by several; none where it asks nothing */
export function worldsOf(files: readonly ts.SourceFile[]): readonly World[] {
  const asked = askedBy(files);
  const names = [...asked.values.keys()].slice(0, MAX_NAMES);
  const flags = [...asked.flags].slice(0, MAX_NAMES).map(flagText);
  if (names.length === 0 && flags.length === 0 && !asked.tty && !asked.platform) return [];
  const valuesOf = (name: string): readonly string[] =>
    unique([...(asked.values.get(name) ?? []), '1', '0', '', 'true', 'false']).slice(0, MAX_VALUES);
  const around = (name: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      [...(asked.after.get(name) ?? [])]
        .filter((other) => names.includes(other))
        .map((other) => [other, valuesOf(other)[0] ?? '1']),
    );
  const world = (part: Partial<World>): World => ({
    env: {},
    argv: [],
    platform: asked.platform ? 'linux' : null,
    tty: asked.tty ? true : null,
    ...part,
    unset: names.filter((name) => !Object.hasOwn(part.env ?? {}, name)),
  });
  const single = [
    world({}),
    ...(asked.tty ? [world({ tty: false })] : []),
    ...(asked.platform ? PLATFORMS.map((platform) => world({ platform })) : []),
    ...flags.map((flag) => world({ argv: [flag] })),
    ...[0, 1, 2, 3, 4].flatMap((at) =>
      names.flatMap((name) => {
        const value = valuesOf(name)[at];
        return value === undefined ? [] : [world({ env: { ...around(name), [name]: value } })];
      }),
    ),
  ];
  const next = sequence('worlds');
  const pick = <T>(from: readonly T[]): T | undefined => from[next() % Math.max(1, from.length)];
  const combined = Array.from({ length: names.length + flags.length < 2 ? 0 : COMBINED }, () => {
    const set = [pick(names), pick(names)].filter((name) => name !== undefined);
    const flag = next() % 3 === 0 ? pick(flags) : undefined;
    return world({
      env: Object.fromEntries(set.map((name) => [name, pick(valuesOf(name)) ?? ''])),
      argv: flag === undefined ? [] : [flag],
    });
  });
  const seen = new Set<string>();
  return [...single.slice(0, MAX_WORLDS), ...combined].filter((one) => {
    const key = JSON.stringify(one);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** How a world reads behind a call. */
export const worldText = ({ env, argv, platform, tty }: World): string =>
  [
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...argv,
    ...(platform === null ? [] : [platform]),
    ...(tty === null ? [] : [tty ? 'at a terminal' : 'at no terminal']),
  ].join(' ');
