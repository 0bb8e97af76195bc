import { describe, expect, it, vi } from 'vitest';
import { annotateText } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('fields that a class declares by name alone', () => {
  it('[LLM-10] get the types of what is put into them, wherever that is', () => {
    const { text, strictErrors, anyPositions } = annotateText(
      'class Link {\n  value;\n  next;\n  constructor(value) { this.value = value }\n}\nexport default class Chain {\n  #head;\n  #size;\n  constructor() { this.clear() }\n  clear() { this.#head = undefined; this.#size = 0 }\n  add(value) {\n    const link = new Link(value);\n    if (this.#head) link.next = this.#head;\n    this.#head = link;\n    this.#size++;\n  }\n  get size() { return this.#size }\n  * [Symbol.iterator]() {\n    let now = this.#head;\n    while (now) { yield now.value; now = now.next }\n  }\n}\n',
      'ESM',
    );
    expect(strictErrors).toEqual([]);
    expect(anyPositions).toBe(0);
    expect(text).toContain('#size: number | undefined;');
    expect(text).toContain('next: Link | undefined;');
  });
});
