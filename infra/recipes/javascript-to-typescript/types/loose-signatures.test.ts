import { describe, expect, it } from 'vitest';
import { annotateText } from './testing.ts';

describe('a function expression that takes more arguments than it names', () => {
  it('[LLM-10] keeps the members that the file puts on it', () => {
    const { text, strictErrors } = annotateText(
      `const merge = function (into, from) {
  const last = arguments.length > 2 ? arguments[2] : {}
  return [into, from, last]
}
merge.supported = typeof Symbol === 'function'
merge.twice = function (x) { return x * 2 }
export = merge
const seen = merge.supported && merge.twice(2)
void seen
`,
    );
    expect(strictErrors).toEqual([]);
    expect(text).toMatch(/\.\.\.more: unknown\[\]\) => .*& \{ "supported": boolean; "twice": /);
  });
});
