import { describe, expect, it } from 'vitest';
import { rowToJson, snakeKeys } from './wire.ts';

describe('wire names', () => {
  it('keep paths that are keys, and never round an integer', () => {
    expect(snakeKeys({ lockedHashes: { 'src/aB.ts': null, 'README.md': 'x' } })).toEqual({
      locked_hashes: { 'src/aB.ts': null, 'README.md': 'x' },
    });
    expect(rowToJson({ tokens: 9007199254740993n, calls: 3n })).toEqual({
      tokens: '9007199254740993',
      calls: 3,
    });
  });

  it('turn camelCase into snake_case at every depth', () => {
    expect(snakeKeys({ specHash: 'h', items: [{ upgradeTo: null }] })).toEqual({
      spec_hash: 'h',
      items: [{ upgrade_to: null }],
    });
  });
});
