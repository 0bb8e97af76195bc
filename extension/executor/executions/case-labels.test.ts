import { describe, expect, it } from 'vitest';
import { caseLabel, caseReason } from './case-labels.ts';

describe('what an event says of a case', () => {
  it.each([
    ['parse("s3cret literal")', 'case 12 of parse'],
    ['Parser.read({ key: "s3cret" })', 'case 12 of Parser.read'],
    ['module.exports["s3cret"](1)', 'case 12'],
    ['"s3cret"', 'case 12'],
    ['s3cret and more', 'case 12'],
  ])('[CTX-02] names %s without its literals', (name, label) => {
    expect(caseLabel(name, 11)).toBe(label);
  });

  it('[CTX-02] gives the reason in words of our own', () => {
    expect(caseReason('reaches outside of the program: open("/s3cret")')).toBe(
      'reaches outside of the program',
    );
    expect(caseReason('its result holds a secret')).toBe('its result holds a secret');
    expect(caseReason('3 runs on the untouched code did not agree')).toContain('did not agree');
    expect(caseReason('Error: s3cret')).toBe('cannot be repeated');
  });
});
