import { describe, expect, it, vi } from 'vitest';
import { annotate } from './annotate.ts';
import { annotateText } from './testing.ts';

// The first call parses the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 });

describe('names of types', () => {
  it('[LLM-10] are not written where they mean nothing: what is asked for there stays, and the rest is counted', () => {
    const { text, strictErrors, anyPositions } = annotateText(
      "import EventEmitter = require('events')\nclass Own extends EventEmitter {\n  constructor (options) { super(options); this.n = options.n * 1 }\n}\nexport = Own\n",
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain('constructor (options?: { n?: number }) { super(options as any)');
    expect(anyPositions).toBe(1);
  });

  it('[LLM-10] are not taken from another module that does not hand them over', () => {
    const { strictErrors } = annotate({
      files: [
        {
          path: 'errors.ts',
          text: 'class IdleError extends Error {\n  constructor (text) { super(text); this.code = text.length }\n}\nexport = { IdleError }\n',
        },
        {
          path: 'index.ts',
          text: "import Errors = require('./errors')\nexport = function (text) {\n  const made = {}\n  function fail (name, error) { made[name] = error }\n  fail('idle', new Errors.IdleError(text))\n  return made\n}\n",
        },
      ],
      dependencies: [],
      moduleSystem: 'COMMONJS',
    });
    expect(strictErrors).toEqual([]);
  });

  it('[LLM-10] are those of any instance of a class that holds others', () => {
    const { text, strictErrors } = annotateText(
      "import http = require('http')\nexport = function (handle) {\n  if (handle instanceof http.Server) return handle.listeners('request')[0]\n  if (handle instanceof Promise) return 2\n  return handle\n}\n",
    );
    expect(strictErrors).toEqual([]);
    expect(text).toMatch(/handle: http\.Server \| Promise<unknown>/);
  });

  it('[LLM-10] are asked of the value where a class has no name but that of a constant', () => {
    const { text, strictErrors } = annotateText(
      "const { EventEmitter } = require('events') as typeof import('events')\nexport = function (at) {\n  if (at instanceof EventEmitter) return at.listenerCount('a')\n  throw new TypeError('No emitter')\n}\n",
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain('(at: InstanceType<typeof EventEmitter>)');
  });

  it.each([
    ['Set', 'size', 'Set<unknown>'],
    ['WeakMap', 'constructor', 'WeakMap<object, unknown>'],
    ['WeakSet', 'constructor', 'WeakSet<object>'],
    ['Map', 'size', 'Map<unknown, unknown>'],
    ['Uint8Array', 'length', 'Uint8Array'],
  ])('[LLM-10] are complete for what is tested to be a %s', (name, member, expected) => {
    const { text, strictErrors } = annotateText(
      `export = function (held) { if (held instanceof ${name}) return held.${member}; throw new TypeError('No ${name}') }\n`,
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain(`(held: ${expected})`);
  });

  it.each([
    ['Promise', 'Promise<unknown>'],
    ['Map', 'Map<unknown, unknown>'],
    ['Record', 'Record<string, unknown>'],
    ['Set<string>', 'Set<string>'],
  ])('[LLM-10] are complete where a comment says only %s', (said, expected) => {
    const { text, strictErrors } = annotateText(
      `/** @param {${said}} held */\nexport = function (held) { return [held] }\n`,
    );
    expect(strictErrors).toEqual([]);
    expect(text).toContain(`(held: ${expected})`);
  });
});
