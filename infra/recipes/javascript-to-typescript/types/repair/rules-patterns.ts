import ts from 'typescript';
import { assertAll, type Rule, WEIGHT } from './site.ts';

/**
 * `const [key, { deep = true } = {}] = list`: what a list holds is taken apart by place, where its type tells of all its places at
 * once. The places that are taken apart further are named with what is taken of them.
 */
export const nameParts: Rule = (site) => {
  const element = site.node.parent;
  if (element === undefined || !ts.isBindingElement(element)) return null;
  const part = element.parent.parent;
  if (!ts.isObjectBindingPattern(element.parent) || !ts.isBindingElement(part)) return null;
  const { parent: list } = part;
  const declaration = list.parent;
  if (!ts.isArrayBindingPattern(list) || !ts.isVariableDeclaration(declaration)) return null;
  if (declaration.initializer === undefined || list.elements.some(isRest)) return null;
  const texts = list.elements.map(placeText);
  return texts.includes(null)
    ? null
    : assertAll(
        site.module,
        declaration.initializer,
        ` as unknown as [${texts.join(', ')}]`,
        WEIGHT.viaUnknown,
      );
};

const isRest = (one: ts.ArrayBindingElement): boolean =>
  ts.isBindingElement(one) && one.dotDotDotToken !== undefined;

function placeText(place: ts.ArrayBindingElement): string | null {
  if (ts.isOmittedExpression(place) || !ts.isObjectBindingPattern(place.name)) return 'unknown';
  const keys = place.name.elements.map(({ propertyName, name }) => propertyName ?? name);
  if (!keys.every(ts.isIdentifier)) return null;
  const text = `{ ${keys.map((key) => `${key.getText()}?: unknown`).join('; ')} }`;
  return place.initializer === undefined ? text : `${text} | undefined`;
}
