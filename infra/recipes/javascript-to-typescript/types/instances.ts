import ts from 'typescript';
import { type Edit, plainEdit } from './edit-book.ts';
import { handedOn, UNSAID } from './handed-instances.ts';
import { instanceName, reachable } from './helper-names.ts';
import { fieldEvidence, fieldText, heldProperties, thisProperties } from './infer-fields.ts';
import { lastValue, type Member, prototypeMembers, prototypeOwner } from './prototype-members.ts';
import { isEntityName } from './repair/site.ts';
import { parametersText, resultText } from './signatures.ts';
import { isAny, saysAny, typeText, widened } from './type-text.ts';
import { type FunctionNode, isFunctionNode, variableOf } from './uses.ts';
import type { Module, View } from './view.ts';

/** Where to look: a picture of the project and one of its modules. */
type Place = Readonly<{ view: View; module: Module }>;

/** The function whose `this` a keyword means. */
export function ownerOfThis(node: ts.Node): FunctionNode | null {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (ts.isFunctionDeclaration(at) || ts.isFunctionExpression(at)) return at;
    if (isFunctionNode(at) && !ts.isArrowFunction(at)) return null;
    if (ts.isClassLike(at)) return null;
  }
  return null;
}

/** The constructor function that `name` means in this module. */
export function constructorFunction(site: Place, name: ts.Node): FunctionNode | null {
  const symbol = site.view.checker.getSymbolAtLocation(name);
  // Of a function with signatures of its own above it, the one that does the work.
  const declaration =
    symbol?.declarations?.find((one) => ts.isFunctionDeclaration(one) && one.body !== undefined) ??
    symbol?.valueDeclaration;
  if (declaration === undefined || declaration.getSourceFile() !== site.module.source) return null;
  if (ts.isFunctionDeclaration(declaration)) return declaration;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  const value = lastValue(declaration.initializer);
  return ts.isFunctionExpression(value) ? value : null;
}

/** The name by which the module means a constructor: a variable's comes first, as that of its value is seen inside only. */
export const nameOf = (fn: FunctionNode): string | null => {
  const own = fn.name !== undefined && ts.isIdentifier(fn.name) ? fn.name : null;
  return (variableOf(fn) ?? own)?.text ?? null;
};

/** What a member says in the interface of the instances, from what implements it. */
export function memberLine(site: Place, name: string, member: Member): string {
  if (member.kind === 'ACCESSOR') {
    const mark = member.set === null ? 'readonly ' : '';
    return `${mark}${propertyKey(name)}: ${accessorText(site, member)}`;
  }
  const { value } = member;
  const { checker } = site.view;
  const signature = checker.getTypeAtLocation(value).getCallSignatures()[0];
  if (signature === undefined)
    return `${propertyKey(name)}: ${typeText(checker, widened(checker, checker.getTypeAtLocation(value)), value) ?? 'unknown'}`;
  if (!isFunctionNode(value))
    return `${propertyKey(name)}: ${typeText(checker, checker.getTypeAtLocation(value), value) ?? 'unknown'}`;
  return `${propertyKey(name)}(${parametersText(checker, value)}): ${givenText(site, value)}`;
}

/** A function as the type of a property. */
export const functionText = (site: Place, fn: FunctionNode): string =>
  `(${parametersText(site.view.checker, fn)}) => ${givenText(site, fn)}`;

const propertyKey = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);

const givenText = ({ view: { checker } }: Place, fn: FunctionNode): string => {
  const text = resultText(checker, fn);
  return (text === null ? null : reachable(checker, text, fn.getSourceFile())) ?? 'unknown';
};

/** The type of what is read, else of what is put in. */
const accessorText = (site: Place, { get, set }: Extract<Member, { kind: 'ACCESSOR' }>): string => {
  if (get !== null) return isFunctionNode(get) ? givenText(site, get) : 'unknown';
  const type = set !== null && isFunctionNode(set) ? set.parameters.at(-1)?.type?.getText() : undefined;
  return type === undefined || saysAny(type) ? 'unknown' : type;
};

/** `extends` for the constructors that stand behind this one, without what it has itself; null where one is not known. */
function baseText(site: Place, base: ts.Expression, own: ReadonlySet<string>): string | null {
  const { checker } = site.view;
  const fn = ts.isIdentifier(base) ? constructorFunction(site, base) : null;
  const name = fn === null ? null : nameOf(fn);
  const type = checker.getTypeAtLocation(base);
  const made = type.getConstructSignatures()[0]?.getReturnType();
  const isKnown = made !== undefined && !isAny(made) && (made.flags & ts.TypeFlags.Object) !== 0;
  const text =
    name !== null
      ? instanceName(name)
      : isKnown && isEntityName(base)
        ? `InstanceType<typeof ${base.getText()}>`
        : null;
  if (text === null) return null;
  const twice = [...own].filter((one) => name !== null || made?.getProperty(one) !== undefined);
  return twice.length === 0 ? text : `Omit<${text}, ${twice.map((one) => `'${one}'`).join(' | ')}>`;
}

/** Where a statement begins together with the comments that stand right above it. */
export function startWithComments(statement: ts.Node): number {
  const { text } = statement.getSourceFile();
  let at = statement.getStart();
  for (const comment of (ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? []).reverse()) {
    if (/\n\s*\n/.test(text.slice(comment.end, at))) break;
    at = comment.pos;
  }
  return at;
}

/** `interface F { ... }` for the objects that a constructor function makes. */
export function instanceEdit(site: Place, fn: FunctionNode, name: string): Edit | null {
  const { members: shared, bases, isOpen } = prototypeMembers(site.module.source, name);
  const handed = handedOn(site.view, [fn], fn.getSourceFile(), name, bases);
  const accesses = new Map<string, ts.PropertyAccessExpression[]>();
  const bodies = [...shared.values(), ...handed.defined.values()].flatMap((one) =>
    one.kind === 'VALUE' ? [one.value] : [one.get, one.set],
  );
  for (const body of [fn, ...bodies]) {
    for (const [field, list] of body === null
      ? []
      : [...thisProperties(body), ...heldProperties(site.view, body)])
      accesses.set(field, [...(accesses.get(field) ?? []), ...list]);
  }
  const isWritten = (field: string): boolean =>
    (accesses.get(field) ?? []).some((one) => ts.isBinaryExpression(one.parent) && one.parent.left === one);
  // What is defined on an instance hides what its prototype has; where it is written later, that tells more.
  const members = new Map(shared);
  const behind = bases.map((base) =>
    site.view.checker.getTypeAtLocation(base).getConstructSignatures()[0]?.getReturnType(),
  );
  const isBehind = (field: string): boolean => behind.some((type) => type?.getProperty(field) !== undefined);
  for (const [key, member] of handed.defined)
    if (member === UNSAID ? !isWritten(key) && !isBehind(key) : member.kind === 'ACCESSOR' || !isWritten(key))
      members.set(key, member);
  const own = new Set([...members.keys(), ...[...accesses.keys()].filter(isWritten)]);
  const isOpenAnyhow = isOpen || handed.instances || bases.some((base) => baseText(site, base, own) === null);
  const fields: string[] = [];
  for (const [field, list] of accesses) {
    if (members.has(field)) continue;
    const written = isWritten(field);
    // What is only asked for comes from the other code where that may put it there.
    if (!written && (isOpenAnyhow || isBehind(field))) continue;
    own.add(field);
    const text = fieldText(fieldEvidence(site.view, list)) ?? 'unknown';
    fields.push(`${field}${written ? '' : '?'}: ${text}`);
  }
  const lines = [...fields, ...[...members].map(([key, member]) => memberLine(site, key, member))];
  const extended = bases.map((base) => baseText(site, base, own));
  // Nothing better can be shown of what other code puts there.
  if (isOpenAnyhow) lines.push('[name: string]: any');
  const heritage = extended.filter((one) => one !== null).join(', ');
  let statement: ts.Node = fn;
  while (!ts.isSourceFile(statement.parent) && statement.parent !== undefined) statement = statement.parent;
  const at = site.module.book.toOriginal(startWithComments(statement));
  const key = `instance:${name}`;
  const text = `interface ${instanceName(name)}${heritage === '' ? '' : ` extends ${heritage}`} {\n${lines.map((line) => `  ${line};\n`).join('')}}\n\n`;
  if (site.module.book.get(key)?.insertions[0]?.text === text) return null;
  return plainEdit(key, at, text);
}

export const thisEdit = (site: Place, fn: FunctionNode, text: string): Edit | null => {
  const paren = fn.getChildren().find((child) => child.kind === ts.SyntaxKind.OpenParenToken);
  if (paren === undefined) return null;
  const at = site.module.book.toOriginal(paren.end);
  const key = `this:${at}`;
  const rest = fn.parameters.filter((one) => one.name.getText() !== 'this').length > 0 ? ', ' : '';
  const written = `this: ${text}${rest}`;
  if (site.module.book.get(key)?.insertions[0]?.text === written) return null;
  return plainEdit(key, at, written);
};

const isConstructed = (site: Place, name: string): boolean => {
  const own = `${name.replace(/\$/g, '\\$')}\\b`;
  const pattern = new RegExp(
    `\\bnew\\s+\\(?${own}|instanceof\\s+${own}|\\b${own}\\.prototype\\b|\\binherits\\([^()]*,\\s*${own}`,
  );
  return pattern.test(site.module.book.original);
};

/** The function on whose `this` an accessor is defined: `Object.defineProperty(this, 'a', { get: function () {} })`. */
function definerOf(fn: ts.Node): FunctionNode | null {
  let at: ts.Node = fn.parent;
  while (ts.isPropertyAssignment(at) || ts.isObjectLiteralExpression(at)) at = at.parent;
  if (at === fn.parent && !ts.isMethodDeclaration(fn)) return null;
  const target = ts.isCallExpression(at) ? at.arguments[0] : undefined;
  const isDefining =
    target !== undefined && /^Object\.definePropert(?:y|ies)$/.test(at.getChildAt(0).getText());
  return isDefining && target.kind === ts.SyntaxKind.ThisKeyword ? ownerOfThis(target) : null;
}

/** The constructor function whose instances `this` means in `fn`, null where it is no method or constructor. */
export function instanceOwner(site: Place, fn: FunctionNode): { fn: FunctionNode; name: string } | null {
  const definer = definerOf(fn);
  if (definer !== null) return instanceOwner(site, definer);
  const owner = prototypeOwner(fn);
  const maker = owner === null ? fn : constructorFunction(site, owner);
  const name = maker === null ? null : nameOf(maker);
  if (maker === null || name === null || (owner === null && !isConstructed(site, name))) return null;
  return { fn: maker, name };
}

/** Gives every constructor function an interface of its instances and its methods a `this`. Returns how many changed. */
export function inferInstances(view: View): number {
  let changed = 0;
  for (const module of view.modules) {
    const site = { view, module };
    const seen = new Set<ts.Node>();
    const visit = (node: ts.Node): void => {
      const fn = node.kind === ts.SyntaxKind.ThisKeyword ? ownerOfThis(node) : null;
      if (fn !== null && !seen.has(fn)) {
        seen.add(fn);
        const owner = instanceOwner(site, fn);
        const edits =
          owner === null
            ? []
            : [instanceEdit(site, owner.fn, owner.name), thisEdit(site, fn, instanceName(owner.name))];
        for (const edit of edits) {
          if (edit === null) continue;
          module.book.put(edit);
          changed += 1;
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(module.source);
  }
  return changed;
}
