import { describe, expect, it } from 'vitest';
import { EditBook, plainEdit, wrapEdit } from './edit-book.ts';

describe('edit book', () => {
  it('[LLM-10] nests assertions that begin or end at one place', () => {
    const book = new EditBook('f(a.b)');
    book.put(wrapEdit('inner', [2, 3], { bracket: true, separate: false }, ' as A', 3));
    book.put(wrapEdit('outer', [2, 5], { bracket: true, separate: false }, ' as B', 3));
    book.render();
    expect(book.text).toBe('f(((a as A).b as B))');
  });

  it('[LLM-10] sets a statement off from the line before once, however many assertions begin it', () => {
    const book = new EditBook('x\na.b.c = 1');
    book.put(wrapEdit('inner', [2, 3], { bracket: true, separate: true }, ' as A', 3));
    book.put(wrapEdit('outer', [2, 5], { bracket: true, separate: true }, ' as B', 3));
    book.render();
    expect(book.text).toBe('x\n;((a as A).b as B).c = 1');
  });

  it('[LLM-10] replaces an edit under its key and takes one back', () => {
    const book = new EditBook('let a');
    book.put(plainEdit('t', 5, ': string'));
    book.put(plainEdit('t', 5, ': number'));
    expect(book.render()).toBe(true);
    expect(book.text).toBe('let a: number');
    book.drop('t');
    book.render();
    expect(book.text).toBe('let a');
  });

  it('[LLM-10] does not accept a refused edit again, but another under the same key', () => {
    const book = new EditBook('let a');
    book.put(plainEdit('t', 5, ': string'));
    book.refuse('t');
    book.put(plainEdit('t', 5, ': string'));
    expect(book.get('t')).toBeUndefined();
    book.put(plainEdit('t', 5, ': number'));
    expect(book.get('t')).toBeDefined();
  });

  it('[LLM-10] maps positions of the rendered text back, also from inside an insertion', () => {
    const book = new EditBook('let a = b');
    book.put(plainEdit('t', 5, ': string'));
    book.render();
    expect(book.text.indexOf('b')).toBe(16);
    expect(book.toOriginal(16)).toBe(8);
    expect(book.toOriginal(8)).toBe(5);
    expect(book.toOriginal(2)).toBe(2);
    expect(book.writerAt(8)).toBe('t');
    expect(book.writerAt(2)).toBeNull();
  });
});
