import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { REQUIRED } from '../trace/required.ts';
import { MUTANTS } from './mutants.ts';
import { mutated, verdictOn } from './verdict.ts';

const [mutant] = MUTANTS;
if (mutant === undefined) throw new Error('a mutant expected');
const ran = (title: string, passed: boolean) => ({ title, passed });

describe('the sample of mutants', () => {
  it('finds its place in each source, and changes it', async () => {
    expect(MUTANTS).toHaveLength(20);
    for (const each of MUTANTS) {
      const source = await readFile(each.path, 'utf8');
      expect(mutated(source, each)).not.toBe(source);
      expect(REQUIRED).toContain(each.requirement);
    }
  });

  it('is refused where the place is gone, or is there twice', () => {
    for (const source of ['', mutant.find + mutant.find])
      expect(() => mutated(source, mutant)).toThrow(mutant.path);
  });

  it('is killed by a test of its requirement only, and by no run without tests', () => {
    const own = `[${mutant.requirement}] a`;
    expect(verdictOn(mutant, [ran(own, false), ran('[ES-01] b', true)])).toBe('KILLED');
    expect(verdictOn(mutant, [ran(own, true), ran('[ES-01] b', false)])).toBe('ELSEWHERE');
    expect(verdictOn(mutant, [ran(own, true)])).toBe('SURVIVED');
    expect(() => verdictOn(mutant, [])).toThrow('no test ran');
  });
});
