import type { Node } from 'estree';
import { contains } from '../syntax/nodes.ts';
import type { Use } from '../syntax/parse.ts';

/** What a piece of code surely does first to a variable. */
type Effect = 'ASSIGNS' | 'READS' | 'NEITHER';

/**
 * Whether no statement of the list can read the variable before one of them has assigned it. A branch that may or may
 * not assign counts as not assigning.
 */
export function assignsBeforeReading(statements: readonly Node[], uses: readonly Use[]): boolean {
  return sequence(statements, uses) !== 'READS';
}

const touches = (node: Node, uses: readonly Use[]): boolean =>
  uses.some((use) => contains(node, use.identifier));

const sequence = (nodes: readonly (Node | null | undefined)[], uses: readonly Use[]): Effect => {
  for (const node of nodes) {
    if (node === null || node === undefined) continue;
    const effect = effectOf(node, uses);
    if (effect !== 'NEITHER') return effect;
  }
  return 'NEITHER';
};

/** Code that may be left out or run again: an assignment in it proves nothing for what follows. */
const perhaps = (effect: Effect): Effect => (effect === 'READS' ? 'READS' : 'NEITHER');

const effectOf = (node: Node, uses: readonly Use[]): Effect => {
  if (!touches(node, uses)) return 'NEITHER';
  switch (node.type) {
    case 'BlockStatement':
      return sequence(node.body, uses);
    case 'ExpressionStatement':
      return effectOf(node.expression, uses);
    case 'AssignmentExpression': {
      const target = node.left;
      const assigns = node.operator === '=' && uses.some((use) => use.identifier === target);
      return assigns && !touches(node.right, uses) ? 'ASSIGNS' : 'READS';
    }
    case 'IfStatement': {
      if (touches(node.test, uses)) return 'READS';
      const yes = effectOf(node.consequent, uses);
      const no = node.alternate == null ? 'NEITHER' : effectOf(node.alternate, uses);
      if (yes === 'READS' || no === 'READS') return 'READS';
      return yes === 'ASSIGNS' && no === 'ASSIGNS' ? 'ASSIGNS' : 'NEITHER';
    }
    case 'TryStatement':
      return perhaps(sequence([node.block, node.handler?.body, node.finalizer], uses));
    case 'SwitchStatement': {
      if (touches(node.discriminant, uses)) return 'READS';
      const cases = node.cases.map((one) =>
        one.test != null && touches(one.test, uses) ? 'READS' : sequence(one.consequent, uses),
      );
      return cases.includes('READS') ? 'READS' : 'NEITHER';
    }
    case 'ForStatement': {
      const head = [node.init, node.test, node.update].some((part) => part != null && touches(part, uses));
      return head ? 'READS' : perhaps(effectOf(node.body, uses));
    }
    case 'ForInStatement':
    case 'ForOfStatement':
      return touches(node.left, uses) || touches(node.right, uses)
        ? 'READS'
        : perhaps(effectOf(node.body, uses));
    case 'WhileStatement':
    case 'DoWhileStatement':
      return touches(node.test, uses) ? 'READS' : perhaps(effectOf(node.body, uses));
    default:
      return 'READS';
  }
};
