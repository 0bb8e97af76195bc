import { describe, expect, it } from 'vitest';
import { typePositions } from './type-positions.ts';

describe('types as written', () => {
  it('[EXE-07] counts written types, and every any among them', () => {
    const text =
      'const a: number = 1;\nfunction f(b: any[], c = 2): void {}\nclass D { e: string = ""; }\nconst g = a as any;\n';
    expect(typePositions([{ path: 'a.ts', text }])).toEqual({ annotated: 5, any: 2 });
  });
});
