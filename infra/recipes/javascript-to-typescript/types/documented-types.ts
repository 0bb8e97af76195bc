import ts from 'typescript';
import type { Evidence } from './evidence.ts';
import type { DocType } from './jsdoc.ts';
import { members } from './shape.ts';
import { literalProperties, splitUnion, unionText } from './type-text.ts';

/** What a comment says of a parameter, completed by what the body does with it. */

/** Names of types that a comment may use in this module. */
export function knownTypeNames(source: ts.SourceFile): (name: string) => boolean {
  const global =
    /^(Error|TypeError|RangeError|RegExp|Date|Buffer|Map|Set|WeakMap|Promise|URL|Uint8Array|ArrayBuffer|Iterable|AbortSignal|ArrayLike|Record|Partial)$/;
  const local = new Set<string>();
  for (const statement of source.statements) {
    if (
      (ts.isClassDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement)) &&
      statement.name
    )
      local.add(statement.name.text);
  }
  return (name) => global.test(name) || local.has(name);
}

/** Members of the union that the comment names; `merged` where they hold what the body uses as well. */
export const fromDoc = (
  doc: DocType | null,
  evidence: Evidence,
  handedOn: () => ReadonlyMap<string, Evidence>,
): { texts: string[]; merged: boolean } => {
  if (doc === null) return { texts: [], merged: false };
  if (doc.properties.length === 0) {
    const bag = doc.texts.length === 1 && doc.optional ? literalProperties(doc.texts[0] ?? '') : null;
    if (bag === null) return { texts: [...doc.texts], merged: false };
    // A comment cannot mark a property of an optional bag as optional; the body's own use completes it.
    const used = [...evidence.wanted.keys()].filter((text) => text.startsWith('{'));
    return {
      texts: [
        unionText([
          `{ ${bag.map((one) => `${one.name}?: ${one.type}`).join('; ')} }`,
          ...used,
          ...(evidence.escapes ? ['object'] : []),
        ]),
      ],
      merged: true,
    };
  }
  // Documented options and used options together: neither list need be complete.
  const lines = new Map<string, string>();
  for (const property of doc.properties) {
    const used = evidence.properties.get(property.name);
    const own = used === undefined ? '' : unionText(members(used));
    const text = property.text !== 'unknown' ? property.text : own === '' ? 'unknown' : own;
    lines.set(property.name, `${property.name}?: ${text}`);
  }
  for (const [name, used] of [...evidence.properties, ...handedOn()]) {
    if (lines.has(name) || name === 'hasOwnProperty') continue;
    const text = unionText(members(used));
    lines.set(name, `${name}?: ${text === '' ? 'unknown' : text}`);
  }
  const rest = evidence.escapes ? ['object'] : [];
  const beside = doc.texts.flatMap(splitUnion).filter((text) => text === 'Function' || !isObjectText(text));
  return {
    texts: [`{ ${[...lines.values()].join('; ')} }`, ...fillKinds(beside, evidence, false), ...rest],
    merged: true,
  };
};

const isObjectText = (text: string): boolean =>
  text === 'object' || text.startsWith('{') || text.startsWith('Record<') || /^[A-Z]\w*$/.test(text);

/** A comment that names only a kind (`Object`, `Array`, `Function`) is filled in from use. */
export function fillKinds(texts: readonly string[], evidence: Evidence, optional: boolean): string[] {
  const own = members(evidence, undefined, optional);
  return texts.flatMap(splitUnion).flatMap((text) => {
    const fitting =
      text === 'object'
        ? own.filter(isObjectText)
        : text === 'unknown[]'
          ? own.filter((one) => one.endsWith('[]'))
          : text === 'Function'
            ? own.filter((one) => one.includes('=>'))
            : [text];
    if (fitting.length > 0) return fitting;
    return text === 'Function' ? ['(...args: never[]) => unknown'] : [text];
  });
}

/** Guards that the comment does not allow although the body lets them through. */
export const widenByGuards = (texts: string[], evidence: Evidence): string[] => {
  // What the properties of an object or the parameters of a function are says nothing of the value.
  const kinds = texts.flatMap(splitUnion).filter((text) => !text.startsWith('{') && !text.includes('=>'));
  const has = (name: string): boolean =>
    kinds.some((text) => text.split(/\W+/).includes(name) || text === 'unknown');
  const extra = [...evidence.guards].filter(
    (guard) => /^(string|number|boolean|bigint|symbol)$/.test(guard) && !has(guard),
  );
  return [...texts, ...extra];
};
