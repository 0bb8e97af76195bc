import { expect, it } from 'vitest';
import { declaredSymbols } from './typescript.ts';

const TEXT = `/** Doubles. */
function double(n: number): number;
function double(n: string): string;
export class Parser {
  #at = 0;
  constructor() {
    const inner = 1;
  }
  next() {
    return inner;
  }
}
Parser.prototype.back = function () {};
export const [first, { second }] = [1, { second: 2 }], third = 3;
module.exports.parse = () => {};
`;

it('[DEL-02] finds what a file declares with its lines and comments, and nothing inside of functions', () => {
  expect(Object.fromEntries(declaredSymbols('a.ts', TEXT))).toEqual({
    double: [
      [0, 2],
      [2, 3],
    ],
    Parser: [[3, 12]],
    'Parser.#at': [[4, 5]],
    'Parser.constructor': [[5, 8]],
    'Parser.next': [[8, 11]],
    'Parser.back': [[12, 13]],
    third: [[13, 14]],
    parse: [[14, 15]],
  });
});

it('[DEL-02] finds nothing in files of other languages', () => {
  expect([...declaredSymbols('package.json', '{"double": 1}')]).toEqual([]);
});
