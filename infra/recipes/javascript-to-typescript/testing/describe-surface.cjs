// Run in its own process: prints what a consumer of a module can see, as JSON. Arguments: file, then `import` to add
// the names an ES module can import from it.
const { pathToFileURL } = require('node:url');

const MAX_DEPTH = 5;
// Own properties that only sloppy functions have.
const SLOPPY_ONLY = new Set(['arguments', 'caller']);

const describe = (value, seen, depth) => {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
    return typeof value === 'bigint' || typeof value === 'symbol'
      ? String(value)
      : { type: typeof value, value: String(value) };
  }
  if (seen.has(value)) return { same: seen.get(value) };
  seen.set(value, seen.size);
  const shape = { type: typeof value, tag: Object.prototype.toString.call(value) };
  if (typeof value === 'function') {
    shape.length = value.length;
    shape.name = value.name;
    shape.isClass = /^class\b/.test(Function.prototype.toString.call(value));
  }
  if (value instanceof RegExp) shape.text = String(value);
  if (depth >= MAX_DEPTH) return shape;
  shape.own = Reflect.ownKeys(value)
    .filter((key) => !(typeof value === 'function' && SLOPPY_ONLY.has(key)))
    .map((key) => {
      const own = Object.getOwnPropertyDescriptor(value, key);
      const flags = [own.enumerable, own.configurable, own.writable ?? 'accessor'].join();
      return [String(key), flags, 'value' in own ? describe(own.value, seen, depth + 1) : 'accessor'];
    });
  const proto = Object.getPrototypeOf(value);
  shape.proto =
    proto === null
      ? null
      : isNative(proto)
        ? (proto.constructor?.name ?? 'native')
        : describe(proto, seen, depth + 1);
  return shape;
};

const isNative = (proto) =>
  [Object, Function, Array, Error, RegExp, Map, Set, TypeError].some((type) => type.prototype === proto);

const [, , file, mode] = process.argv;
(async () => {
  const surface = describe(require(file), new Map(), 0);
  const names = mode === 'import' ? Object.keys(await import(pathToFileURL(file).href)).sort() : [];
  process.stdout.write(JSON.stringify({ surface, names }));
})();
