import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VARIABLE_NAMES } from './config.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('docs/reference/configuration.md', () => {
  it('[OPS-13] describes every variable, and none that does not exist', async () => {
    const text = await readFile(join(ROOT, 'docs', 'reference', 'configuration.md'), 'utf8');
    const described = [...text.matchAll(/^\| `([A-Z_]+)` \|[^|]*\| \S/gm)].map(([, name]) => name);
    expect(described.sort()).toEqual([...VARIABLE_NAMES].sort());
  });
});
