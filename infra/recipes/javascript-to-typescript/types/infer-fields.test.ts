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

describe('fields that are empty at first', () => {
  it.each([
    [
      'of a class',
      'class Entry {\n  constructor() { this.name = null; this.spare = null }\n  add(x) { this.name = x.name; return this }\n  label() { return this.name }\n}\nmodule.exports = Entry\n',
      'label() { return this.name }',
    ],
    [
      'of a function',
      'function Entry() { this.name = null; this.spare = null }\nEntry.prototype.add = function (x) { this.name = x.name; return this }\nEntry.prototype.label = function () { return this.name }\nmodule.exports = Entry\n',
      'label(): unknown;',
    ],
  ])('[LLM-10] are not said to stay so %s that puts anything in', (_, source, label) => {
    const { text, strictErrors, anyPositions } = annotateText(source);
    expect(strictErrors).toEqual([]);
    expect(anyPositions).toBe(0);
    expect(text).toContain('name: unknown;');
    expect(text).toContain('spare: null;');
    expect(text).toContain(label);
  });
});
