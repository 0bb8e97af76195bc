import { describe, expect, it, vi } from 'vitest';
import { openProject } from './host.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

const libraryOf = (text: string) => {
  const project = openProject([{ path: 'index.ts', text }], 'commonjs');
  const files = project
    .program()
    .getSourceFiles()
    .filter(({ fileName }) => fileName.endsWith('.d.ts'));
  project.dispose();
  return new Map(files.map((file) => [file.fileName, file]));
};

describe('the compiler over files in memory', () => {
  it('[LLM-10] parses its libraries once in a process: they were seven eighths of the time of a small module', () => {
    const first = libraryOf('export const a: Map<string, Buffer> = new Map();');
    const second = libraryOf('export const b: Set<number> = new Set();');
    expect([...first.keys()].some((path) => path.endsWith('/lib.es5.d.ts'))).toBe(true);
    expect([...first.keys()].some((path) => path.endsWith('/buffer.d.ts'))).toBe(true);
    expect([...second.keys()]).toEqual([...first.keys()]);
    for (const [path, file] of second) expect(file === first.get(path), path).toBe(true);
  });
});
