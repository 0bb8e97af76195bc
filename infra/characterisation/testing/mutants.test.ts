import { describe, expect, it } from 'vitest';
import { mutantsOf, mutated } from './mutants.ts';

const results = (text: string): readonly string[] => mutantsOf(text).map((one) => mutated(text, one));

describe('mutantsOf', () => {
  it('[TST-01] changes operators, bounds, conditions, constants, patterns and arguments, and removes statements', () => {
    expect(results('a <= 1;')).toEqual([';', 'a < 1;', 'a > 1;', 'a <= 2;']);
    expect(results('if (a) b(c, d);')).toEqual([
      'if (!(a)) b(c, d);',
      'if (false) b(c, d);',
      'if (a) ;',
      'if (a) b(d, c);',
    ]);
    expect(results('let x = a || !b;')).toEqual([
      'let x = a && !b;',
      'let x = (a);',
      'let x = (!b);',
      'let x = a || (b);',
    ]);
    expect(results('let p = /^a+$/i;')).toEqual([
      'let p = /a+$/i;',
      'let p = /^a+/i;',
      'let p = /^a*$/i;',
      'let p = /^a+$/;',
    ]);
    expect(results('const f = (a = 2) => { return a; };')).toContain('const f = (a = 2) => { return; };');
    expect(results('const f = (a = 2) => { return a; };')).toContain('const f = (a) => { return a; };');
  });

  it('leaves directives, names of modules and what would not parse alone', () => {
    expect(results(`'use strict'; const a = require('b');`)).toEqual([]);
    for (const text of results('for (;;) { break; }')) expect(() => new Function(text)).not.toThrow();
  });
});
