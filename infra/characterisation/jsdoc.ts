/** Parameter types that a comment states: `@param {String|Number} val`, `@param {boolean} [options.long=false]`. */
import ts from 'typescript';
import { type Kind, Profile } from './profile.ts';

const NAMES: Readonly<Record<string, Kind>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  bool: 'boolean',
  function: 'function',
  array: 'array',
  object: 'object',
  date: 'date',
  regexp: 'regexp',
  error: 'error',
  buffer: 'buffer',
  bigint: 'bigint',
  symbol: 'symbol',
  integer: 'number',
  int: 'number',
};

/** The comment blocks in front of the statement that holds `node`. */
function commentsBefore(node: ts.Node): string {
  let holder: ts.Node = node;
  while (
    holder.parent !== undefined &&
    !ts.isSourceFile(holder.parent) &&
    !ts.isBlock(holder.parent) &&
    !ts.isClassElement(holder)
  ) {
    holder = holder.parent;
  }
  const text = holder.getSourceFile().text;
  return (ts.getLeadingCommentRanges(text, holder.getFullStart()) ?? [])
    .map((range) => text.slice(range.pos, range.end))
    .join('\n');
}

export function jsDocTraits(node: ts.Node): ReadonlyMap<string, Profile> {
  const found = new Map<string, Profile>();
  const pattern = /@param\s+\{([^}]*)\}\s+\[?([\w$.]+)/g;
  for (const [, type = '', path = ''] of commentsBefore(node).matchAll(pattern)) {
    const [name = '', ...rest] = path.split('.');
    let profile = found.get(name) ?? new Profile();
    found.set(name, profile);
    for (const key of rest) {
      profile.kinds.add('object');
      profile = profile.prop(key);
    }
    for (const word of type.toLowerCase().match(/\w+(?:\[\])?/g) ?? []) {
      const kind = word.endsWith('[]') ? 'array' : NAMES[word];
      if (kind !== undefined) profile.kinds.add(kind);
    }
  }
  return found;
}
