import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setJson } from './json-text.ts';

describe('setJson', () => {
  it('[LLM-10] adds a key behind another in the indentation of the text', () => {
    expect(setJson('{\n\t"a": 1,\n\t"c": {"x": [1, 2]}\n}\n', ['b'], 'x', ['a'])).toBe(
      '{\n\t"a": 1,\n\t"b": "x",\n\t"c": {"x": [1, 2]}\n}\n',
    );
    expect(setJson('{\n  "b": 1\n}', ['a'], 'x', [])).toBe('{\n  "a": "x",\n  "b": 1\n}');
    expect(setJson('{}', ['scripts', 'build'], 'tsc')).toBe('{\n  "scripts": {\n    "build": "tsc"\n  }\n}');
    expect(setJson('{\r\n  "a": {}\r\n}\r\n', ['a', 'b'], 1)).toBe(
      '{\r\n  "a": {\r\n    "b": 1\r\n  }\r\n}\r\n',
    );
  });

  it('[LLM-10] leaves a list on one line when it was', () => {
    expect(setJson('{ "files": ["a.js"], "z": 1 }', ['files'], ['a.js', 'a.d.ts'])).toBe(
      '{ "files": ["a.js", "a.d.ts"], "z": 1 }',
    );
  });

  it('[LLM-10] is not misled by brackets, quotes and escapes in strings', () => {
    expect(setJson('{"a}\\"": "]{\\\\", "b": 1}', ['b'], 2)).toBe('{"a}\\"": "]{\\\\", "b": 2}');
  });

  it('[LLM-10] changes the value and nothing else, for any object and any layout', () => {
    const key = fc.string({ minLength: 1, maxLength: 6 }).filter((name) => name !== '__proto__');
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.jsonValue(), { minKeys: 1 }),
        key,
        fc.string(),
        fc.constantFrom(0, 2, '\t'),
        (object, name, value, indent) => {
          const text = JSON.stringify(object, null, indent);
          expect(JSON.parse(setJson(text, [name], value))).toEqual({
            ...(JSON.parse(text) as object),
            [name]: value,
          });
          expect(
            Object.keys(JSON.parse(setJson(text, [name], value)) as object).filter((one) => one !== name),
          ).toEqual(Object.keys(object).filter((one) => one !== name));
        },
      ),
    );
  });
});
