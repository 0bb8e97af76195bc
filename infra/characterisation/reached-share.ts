/** How much of the code the planned calls can get to at all: what they cannot is told, not left out. */
import ts from 'typescript';
import type { Finding } from '../recipes/recipe.ts';
import { isFunctionNode, type Program, walk } from './program.ts';

export type ReachedShare = Readonly<{
  /** Share of the functions (0 to 1). */
  share: number;
  unreached: readonly Finding[];
}>;

/**
 * @param reached nodes that the subjects contain or refer to; a function inside of one counts as reached
 * @param by what would lead there, as it is told
 */
export function reachedShare(
  paths: readonly string[],
  program: Program,
  reached: ReadonlySet<ts.Node>,
  by = 'planned call',
): ReachedShare {
  const isReached = (node: ts.Node): boolean => {
    for (let one: ts.Node | undefined = node; one !== undefined && !ts.isSourceFile(one); one = one.parent) {
      if (reached.has(one)) return true;
    }
    return false;
  };
  let all = 0;
  let missed = 0;
  const unreached: Finding[] = [];
  for (const path of paths) {
    const source = program.file(path);
    if (source === undefined) continue;
    const functions: ts.Node[] = [];
    walk(source, (node) => {
      if (isFunctionNode(node)) functions.push(node);
    });
    const outside = functions.filter((node) => !isReached(node)).length;
    all += functions.length;
    missed += outside;
    if (outside * 2 > functions.length) {
      const reason = `No ${by} leads to ${outside} of the ${functions.length} functions of this module.`;
      unreached.push({ code: 'FUNCTIONS_NOT_REACHED', path, line: null, reason });
    }
  }
  return { share: all === 0 ? 1 : (all - missed) / all, unreached };
}
