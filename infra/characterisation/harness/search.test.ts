import { describe, expect, it } from 'vitest';
import { createSearch, type Tried } from './search.mjs';

const GROUP = { name: 'sample', module: 'index.js', path: [] };
const inputs = Array.from({ length: 24 }, (_, at) =>
  new Function(`return (m, s) => ['text ${at}', ${at}]`)(),
);

/** How many inputs are tried of a subject whose planned cases took `planned`, and derived ones what `wayOf` says. */
function searched(
  planned: readonly (string | number)[],
  wayOf: (one: Tried, at: number) => readonly (string | number)[],
): Readonly<{ tried: number; found: number }> {
  const search = createSearch();
  for (const args of inputs) search.note(GROUP, { form: 'call', args }, { marks: planned, pairs: [] });
  const [subject] = search.subjects();
  if (subject === undefined) throw new Error('nothing to go on with');
  let tried = 0;
  for (let one = subject.next(); one !== null; one = subject.next()) {
    subject.tried(one, { marks: wayOf(one, tried), pairs: [] });
    tried += 1;
  }
  return { tried, found: search.found().flatMap(({ cases }) => cases).length };
}

describe('looking for inputs that were not planned', () => {
  it('[TST-01] ends early where no case ever came to a decision', () => {
    const { tried, found } = searched([], () => []);
    expect(tried).toBeGreaterThan(0);
    expect(tried).toBeLessThanOrEqual(300);
    expect(found).toBe(0);
  });

  it('[TST-01] goes on where a case that was derived comes to a first decision', () => {
    const { tried, found } = searched([], (_, at) => (at === 100 ? [1] : []));
    expect(tried).toBeGreaterThan(300);
    expect(found).toBe(1);
  });

  it('[TST-01] ends after many tries in a row that show nothing new, counted anew from each that does', () => {
    const never = searched([1], () => [1]);
    const often = searched([1], (_, at) => [at % 300 === 299 ? at : 1]);
    expect(never.found).toBe(0);
    expect(often.found).toBeGreaterThan(0);
    expect(often.tried).toBeGreaterThan(never.tried + 300);
  });

  it('[TST-01] finds what is far off, and the same again', () => {
    const far = () => searched([1], (one) => [one.found.source.args.includes("'text 7'") ? 1 : 2]);
    expect(far().found).toBe(1);
    expect(far()).toEqual(far());
  });
});
