import { describe, expect, it } from 'vitest';
import type { JobContext } from '../../processors/refactoring/model-router.port.ts';
import { contextOverflow } from './context-cap.ts';

const file = (path: string, tokens: number) => ({ path, text: 'x'.repeat(tokens * 4) });
const contextOf = (context: Partial<JobContext>): JobContext => ({
  schema: 'iama.context/1',
  files: [],
  targets: [],
  dependencies: [],
  ...context,
});
const named = (context: Partial<JobContext>, cap: number): unknown => {
  const answer = contextOverflow(contextOf(context), cap) as { reasons: { path: string | null }[] } | null;
  return answer?.reasons.map(({ path }) => path);
};

describe('code beyond what a plan reads at once', () => {
  it('[CTX-05] is refused with what to leave out and how much it saves, until the rest fits', () => {
    const files = [file('src/a.js', 900), file('lib/small.js', 100), file('lib/large.js', 2_000)];
    expect(contextOverflow(contextOf({ files, targets: ['src'] }), 1_000)).toEqual({
      status: 'REFUSED',
      reasons: [
        {
          code: 'CONTEXT_OVERFLOW',
          path: null,
          line: null,
          reason: 'The code has about 3,000 tokens, and your plan reads at most 1,000 at once.',
        },
        {
          code: 'CONTEXT_OVERFLOW',
          path: 'lib/large.js',
          line: null,
          reason: 'Left out (.iamaignore), it saves about 2,000 tokens.',
        },
      ],
    });
  });

  it('[CTX-05] names the targets last, and at most twenty files', () => {
    const files = [file('src/a.js', 900), file('src.js', 1)];
    expect(named({ files, targets: ['src'] }, 10)).toEqual([null, 'src.js', 'src/a.js']);
    const many = Array.from({ length: 50 }, (_, index) => file(`f${index}.js`, 10));
    expect(named({ files: many }, 1)).toHaveLength(21);
  });

  it('[CTX-05] counts what comes along of dependencies, in bytes and not in letters', () => {
    const dependencies = [{ path: 'node_modules/a/index.d.ts', text: 'ä'.repeat(200) }];
    expect(named({ files: [file('a.js', 1)], dependencies }, 100)).toEqual([null, 'a.js']);
    expect(contextOverflow(contextOf({ files: [file('a.js', 1)], dependencies }), 101)).toBeNull();
  });
});
