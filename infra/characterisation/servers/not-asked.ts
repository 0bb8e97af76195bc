/** What is served over something that nothing is asked over: the person is told so. */
import ts from 'typescript';
import type { Finding } from '../../recipes/recipe.ts';
import type { PackageLayout } from '../package-layout.ts';
import { accessName, type Program, walk } from '../program.ts';
import { madeFrom } from './recognise.ts';

const WEB_SOCKETS = 'web sockets';
const SOCKETS = 'sockets without HTTP';
/** By package: over what its servers are reached, and what makes one; null: the package itself, when it is called. */
const MAKERS: Readonly<Record<string, readonly [string, readonly (string | null)[]]>> = {
  net: [SOCKETS, ['createServer', 'Server']],
  dgram: [SOCKETS, ['createSocket']],
  ws: [WEB_SOCKETS, ['Server', 'WebSocketServer']],
  'socket.io': [WEB_SOCKETS, ['Server', null]],
};

/** Over what something is served here that nothing is asked over; null: this node makes no such server. */
function servedOver(node: ts.Node, program: Program): string | null {
  const made = madeFrom(node, program);
  if (made !== null) {
    const from = made.from.replace(/^node:/, '');
    const [over, names] = (Object.hasOwn(MAKERS, from) ? MAKERS[from] : undefined) ?? ['', []];
    return names.includes(made.name) ? over : null;
  }
  if (!ts.isCallExpression(node) || !/^(?:on|once|addListener)$/.test(accessName(node.expression) ?? ''))
    return null;
  const [event] = node.arguments;
  return event !== undefined && ts.isStringLiteralLike(event) && event.text === 'upgrade'
    ? WEB_SOCKETS
    : null;
}

/** One finding for each way of being reached in each file, at its first place. */
export function serversNotAsked(layout: PackageLayout, program: Program): readonly Finding[] {
  const tests = new Set(layout.tests.map(({ path }) => path));
  return layout.code.flatMap(({ path }) => {
    const source = tests.has(path) ? undefined : program.file(path);
    const found = new Map<string, number>();
    if (source !== undefined)
      walk(source, (node) => {
        const over = servedOver(node, program);
        if (over !== null && !found.has(over))
          found.set(over, source.getLineAndCharacterOfPosition(node.getStart()).line + 1);
      });
    return [...found].map(([over, line]) => ({
      code: 'SERVER_NOT_ASKED',
      path,
      line,
      reason: `Something is served here over ${over}, and nothing is asked over ${over}, so no test shows what is answered there.`,
    }));
  });
}
