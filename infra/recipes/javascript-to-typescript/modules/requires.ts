import type { CallExpression, Node, VariableDeclarator } from 'estree';
import { isFunction } from '../syntax/nodes.ts';
import type { ParsedModule } from '../syntax/parse.ts';

/**
 * How a `require` call sits in its module. BINDING: the whole initialiser of a top-level declaration; STATEMENT: a
 * top-level statement for its effect; INLINE: part of a larger top-level expression; CONDITIONAL: under an `if`, `try`
 * or the like; LAZY: inside a function. A null specifier is computed at run time.
 */
export type RequireUse = Readonly<{
  specifier: string | null;
  form: 'BINDING' | 'STATEMENT' | 'INLINE' | 'CONDITIONAL' | 'LAZY';
  call: CallExpression;
  declarator: VariableDeclarator | null;
}>;

const CONDITIONAL = new Set<Node['type']>([
  'IfStatement',
  'TryStatement',
  'ConditionalExpression',
  'LogicalExpression',
  'SwitchStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
]);

const formOf = (module: ParsedModule, call: CallExpression): Pick<RequireUse, 'form' | 'declarator'> => {
  let conditional = false;
  for (let node = module.parentOf(call); node !== null; node = module.parentOf(node)) {
    if (isFunction(node)) return { form: 'LAZY', declarator: null };
    if (CONDITIONAL.has(node.type)) conditional = true;
  }
  if (conditional) return { form: 'CONDITIONAL', declarator: null };
  const parent = module.parentOf(call);
  const grand = parent === null ? null : module.parentOf(parent);
  if (parent?.type === 'ExpressionStatement') return { form: 'STATEMENT', declarator: null };
  const isBinding =
    parent?.type === 'VariableDeclarator' && grand !== null && module.parentOf(grand) === module.program;
  return isBinding ? { form: 'BINDING', declarator: parent } : { form: 'INLINE', declarator: null };
};

/** Every call of the module wrapper's own `require`, in source order. */
export function requiresOf(module: ParsedModule): RequireUse[] {
  const uses: RequireUse[] = [];
  for (const reference of module.globals.get('require') ?? []) {
    const identifier = reference.identifier;
    const call = module.parentOf(identifier);
    if (call?.type !== 'CallExpression' || call.callee !== identifier) continue;
    const [argument] = call.arguments;
    const specifier =
      call.arguments.length === 1 && argument?.type === 'Literal' && typeof argument.value === 'string'
        ? argument.value
        : null;
    uses.push({ specifier, call, ...formOf(module, call) });
  }
  return uses;
}

/** Uses of `require` that are neither a call nor one of its known static properties: the function itself escapes. */
export function escapingRequires(module: ParsedModule): Node[] {
  return (module.globals.get('require') ?? [])
    .map((reference) => reference.identifier)
    .filter((identifier) => {
      const parent = module.parentOf(identifier);
      if (parent?.type === 'CallExpression') return parent.callee !== identifier;
      return parent?.type !== 'MemberExpression';
    });
}
