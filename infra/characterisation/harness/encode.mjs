/**
 * Canonical text of any JavaScript value, so that two runs can be compared by equality.
 * What it leaves out on purpose (function names, stacks, engine wording, key order of class instances) is listed in
 * the decision record on characterisation; every omission is one a legitimate refactoring may change.
 */

import { emitterParts, isEmitter, standardName } from './encode-streams.mjs';
import { withoutPlaces } from './places.mjs';

const MAX_NODES = 20_000;
const MAX_DEPTH = 12;
const MAX_ITEMS = 2_000;
const MAX_ITERATIONS = 20;

/** V8's own wording quotes the source expression or the way a value was read; only the class of such errors is kept. */
export const ENGINE_MESSAGE =
  /(?: is not (?:a function|iterable|a constructor|defined|an object|a valid instanceof target|callable|an Object|a generic iterable)|^Cannot (?:read|set|destructure|convert|use|assign|mix|add|define|delete|create|redefine)\b|^Right-hand side of|called on (?:null|undefined|incompatible|non-object)|^Spread syntax requires|^Reduce of empty array|^Iterator value|^Method \S+ called|object null is not|^Class constructor|^Found non-callable|^Invalid attempt|^undefined is not|^The comparison function must be|must be callable|is read-only$|^First argument to \S+ must|^Symbol\.iterator)/;

const isEngineError = (error) =>
  (error instanceof TypeError || error instanceof ReferenceError) &&
  ENGINE_MESSAGE.test(String(error.message));

/** Kept from before the package loads, which may change it. */
const { stringify } = JSON;
const quote = (text) => stringify(withoutPlaces(text));

const keyText = (key) =>
  typeof key === 'symbol' ? `[${String(key)}]` : /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);

const constructorName = (value) => {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null) return null;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'constructor');
  if (descriptor === undefined) return 'Object.create';
  return typeof descriptor.value === 'function' ? descriptor.value.name || 'anonymous' : 'Object.create';
};

/**
 * @param {{ promises?: Map<Promise<unknown>, { state: string, value: unknown }>, stubs?: WeakMap<object, string> }} [known]
 *   settled promises seen so far, and the names of the recording stubs
 * @returns an encoder with `text(value)` and the `pending` promises it met
 */
export function createEncoder(known = {}) {
  const promises = known.promises ?? new Map();
  const stubs = known.stubs ?? new WeakMap();
  const pending = new Set();

  function text(root) {
    const seen = new Map();
    let nodes = 0;
    let depth = 0;

    function enter(value, render) {
      if (seen.has(value)) return `<ref ${seen.get(value)}>`;
      seen.set(value, seen.size);
      nodes += 1;
      if (nodes > MAX_NODES || depth > MAX_DEPTH) return '<cut>';
      depth += 1;
      try {
        return render();
      } finally {
        depth -= 1;
      }
    }

    /** Own properties but for `skip`; accessors are read, since a getter and a field look alike to a caller. */
    function members(value, skip, sorted) {
      const keys = Reflect.ownKeys(value).filter((key) => !skip(key));
      if (sorted) keys.sort((a, b) => (String(a) < String(b) ? -1 : 1));
      return keys.slice(0, MAX_ITEMS).map((key) => {
        const descriptor = Object.getOwnPropertyDescriptor(value, key);
        const hidden = descriptor !== undefined && !descriptor.enumerable ? '#' : '';
        return `${hidden}${keyText(key)}: ${read(() => value[key])}`;
      });
    }

    function read(get) {
      let value;
      try {
        value = get();
      } catch (error) {
        return `<throws ${encode(error)}>`;
      }
      return encode(value);
    }

    function block(name, parts) {
      return `${name === '' ? '' : `${name} `}{${parts.join(', ')}}`;
    }

    function array(value) {
      const items = [];
      const length = Math.min(value.length, MAX_ITEMS);
      for (let i = 0; i < length; i += 1) items.push(i in value ? read(() => value[i]) : '<hole>');
      if (value.length > length) items.push(`<${value.length} items>`);
      const extra = members(value, (key) => key === 'length' || /^\d+$/.test(String(key)), false);
      const name = constructorName(value);
      return `${name === 'Array' ? '' : `${name} `}[${items.join(', ')}${extra.length > 0 ? ` | ${extra.join(', ')}` : ''}]`;
    }

    function error(value) {
      const name = constructorName(value);
      const parts = isEngineError(value) ? ['<engine>'] : [quote(String(value.message))];
      if (value.name !== name) parts.push(`name: ${encode(value.name)}`);
      const skip = new Set(['stack', 'message', 'name']);
      parts.push(...members(value, (key) => skip.has(key), true));
      return `${name}(${parts.join(', ')})`;
    }

    function view(value) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      const hex = Array.from(bytes.subarray(0, MAX_ITEMS), (byte) => byte.toString(16).padStart(2, '0')).join(
        '',
      );
      return `${constructorName(value)}<${value.byteLength}: ${hex}>`;
    }

    function iterator(value) {
      const items = [];
      try {
        for (let i = 0; i < MAX_ITERATIONS; i += 1) {
          const step = value.next();
          if (step === null || typeof step !== 'object') break;
          items.push(`${step.done ? 'end ' : ''}${encode(step.value)}`);
          if (step.done) break;
        }
      } catch (failure) {
        items.push(`<throws ${encode(failure)}>`);
      }
      return `Iterator[${items.join(', ')}]`;
    }

    function promise(value) {
      const settled = promises.get(value);
      if (settled === undefined) {
        pending.add(value);
        return 'Promise<pending>';
      }
      return settled.state === 'pending'
        ? 'Promise<pending>'
        : `Promise<${settled.state} ${encode(settled.value)}>`;
    }

    function emitter(value) {
      const standard = standardName(value);
      if (standard !== undefined) return `<${standard}>`;
      const { parts, isField } = emitterParts(value, encode, (one) =>
        stubs.has(one) ? `<stub ${stubs.get(one)}>` : undefined,
      );
      return block(constructorName(value) ?? 'null-prototype', [...parts, ...members(value, isField, true)]);
    }

    function object(value) {
      const stub = stubs.get(value);
      if (stub !== undefined) return `<stub ${stub}>`;
      if (value instanceof URL) return `URL(${encode(value.href)})`;
      if (value instanceof URLSearchParams) return `URLSearchParams(${encode(String(value))})`;
      if (value instanceof Error) return error(value);
      if (Array.isArray(value)) return array(value);
      if (value instanceof Date)
        return `Date(${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()})`;
      if (value instanceof RegExp) return `RegExp(${String(value)}, lastIndex: ${value.lastIndex})`;
      if (value instanceof Map) {
        const pairs = [...value]
          .slice(0, MAX_ITEMS)
          .map(([key, item]) => `${encode(key)} => ${encode(item)}`);
        return block('Map', [...pairs, ...members(value, () => false, true)]);
      }
      if (value instanceof Set) {
        return block('Set', [...value].slice(0, MAX_ITEMS).map(encode));
      }
      if (value instanceof Promise) return promise(value);
      if (ArrayBuffer.isView(value)) return view(value);
      if (value instanceof ArrayBuffer) return `ArrayBuffer<${view(new Uint8Array(value))}>`;
      if (value instanceof Number || value instanceof String || value instanceof Boolean) {
        return `Boxed(${encode(value.valueOf())})`;
      }
      if (value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) {
        return constructorName(value);
      }
      if (isEmitter(value)) return emitter(value);
      const name = constructorName(value);
      const tag = Object.prototype.toString.call(value);
      if (typeof value.next === 'function' && typeof value[Symbol.iterator] === 'function')
        return iterator(value);
      const plain = name === 'Object' || name === null;
      const label = name === null ? 'null-prototype' : plain ? '' : name;
      const inherited = name === 'Object.create' ? ` <- ${encode(Object.getPrototypeOf(value))}` : '';
      const extraTag = tag === '[object Object]' || tag === `[object ${name}]` ? '' : `${tag} `;
      return `${extraTag}${block(
        label,
        members(value, () => false, !plain),
      )}${inherited}`;
    }

    function callable(value) {
      const stub = stubs.get(value);
      if (stub !== undefined) return `<stub ${stub}>`;
      const skip = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);
      const parts = members(value, (key) => skip.has(key), true);
      return `Function/${value.length}${parts.length > 0 ? ` {${parts.join(', ')}}` : ''}`;
    }

    function encode(value) {
      switch (typeof value) {
        case 'string': {
          const told = withoutPlaces(value);
          return told.length > 4_000
            ? `${stringify(told.slice(0, 1_000))}<${told.length} characters, ${digest(told)}>`
            : stringify(told);
        }
        case 'number':
          return Object.is(value, -0) ? '-0' : String(value);
        case 'bigint':
          return `${value}n`;
        case 'symbol':
          return String(value);
        case 'function':
          return enter(value, () => callable(value));
        case 'object':
          if (value === null) return 'null';
          return enter(value, () => {
            try {
              return object(value);
            } catch (failure) {
              return `<unreadable ${failure instanceof Error ? failure.constructor.name : typeof failure}>`;
            }
          });
        default:
          return String(value);
      }
    }

    return shorten(encode(root));
  }

  return { text, pending };
}

/** FNV-1a over UTF-16 units, twice with different seeds: enough to tell two long results apart, and no import. */
function digest(text) {
  let a = 0x811c9dc5;
  let b = 0x1234567;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193) >>> 0;
    b = Math.imul(b ^ (unit + (i & 0xff)), 0x85ebca6b) >>> 0;
  }
  return a.toString(16).padStart(8, '0') + b.toString(16).padStart(8, '0');
}

function shorten(text) {
  return text.length > 4_000 ? `${text.slice(0, 1_500)}<${text.length} characters, ${digest(text)}>` : text;
}
