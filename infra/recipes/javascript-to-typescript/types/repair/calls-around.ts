import ts from 'typescript';
import type { Site } from './site.ts';

/** The call of which the node is an argument, else the nearest call around it. */
export function callOf(site: Site): ts.CallExpression | ts.NewExpression | null {
  const parent = site.expression?.parent;
  const direct = parent !== undefined && (ts.isCallExpression(parent) || ts.isNewExpression(parent));
  return direct && parent.arguments?.some((one) => one === site.expression) === true
    ? parent
    : callAround(site.node);
}

export function callAround(node: ts.Node): ts.CallExpression | ts.NewExpression | null {
  for (let at: ts.Node | undefined = node; at !== undefined && !ts.isStatement(at); at = at.parent) {
    if (ts.isCallExpression(at) || ts.isNewExpression(at)) return at;
  }
  return null;
}
