import { describe, expect, it } from 'vitest';
import { withoutRepeats } from './findings.ts';
import { transform } from './recipe.ts';

const at = (line: number, reason = 'Strict mode differs', path = 'a.js') => ({
  code: 'X',
  path,
  line,
  reason,
});

describe('findings', () => {
  it('[JOB-08] says one reason of a file once, with how often it occurs', () => {
    expect(
      withoutRepeats([at(3), at(9), at(12), at(4, 'Other'), at(3, 'Strict mode differs', 'b.js')]),
    ).toEqual([
      at(3, 'Strict mode differs (and in 2 more places of this file)'),
      at(4, 'Other'),
      at(3, 'Strict mode differs', 'b.js'),
    ]);
    expect(withoutRepeats([at(3), at(4)])[0]?.reason).toContain('one more place of');
  });

  it('[JOB-08] refuses a package with each reason once', () => {
    const result = transform(
      {
        files: [
          { path: 'package.json', text: '{"name":"a"}' },
          { path: 'index.js', text: 'module.exports = function (a) { a.x = 1; a.y = 2; a.z = 3 }\n' },
        ],
        targets: [],
        dependencies: [],
      },
      { strategy: 'STANDARD', disabledSteps: [] },
    );
    if (result.status !== 'REFUSED') throw new TypeError('expected a refusal');
    // What a person can do about it names no line.
    const places = result.reasons.filter(({ path }) => path !== null);
    expect(places).toEqual([expect.objectContaining({ reason: expect.stringContaining('2 more places') })]);
  });
});
