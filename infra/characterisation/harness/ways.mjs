/**
 * Notes which way each case takes through the code, by writing a call around every condition while the modules load.
 * Only used to choose cases; results are recorded and compared on the code as it is.
 */
import fs from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const TRUTH = '__iamaTruth';
const VALUE = '__iamaValue';

/** The text with a call around each probed expression; `first` is the number of the first probe. */
export function instrument(text, probes, first) {
  const edits = [];
  for (const [order, [start, end, kind]] of probes.entries()) {
    edits.push({
      at: start,
      order,
      close: false,
      text: `${kind === 'truth' ? TRUTH : VALUE}(${first + order},(`,
    });
    edits.push({ at: end, order: -order, close: true, text: '))' });
  }
  edits.sort((a, b) => a.at - b.at || Number(b.close) - Number(a.close) || a.order - b.order);
  let out = '';
  let at = 0;
  for (const edit of edits) {
    out += text.slice(at, edit.at) + edit.text;
    at = edit.at;
  }
  return out + text.slice(at);
}

/** @param modules `{ path: { length, probes } }` @returns `take()`: the marks since the last call; `stop()` */
export function watchWays(packageRoot, modules) {
  let marks = new Set();
  let total = 0;
  globalThis[TRUTH] = (id, value) => {
    marks.add(value ? id * 2 + 1 : id * 2);
    return value;
  };
  globalThis[VALUE] = (id, value) => {
    if (typeof value === 'string' || typeof value === 'number')
      marks.add(`${id}=${String(value).slice(0, 20)}`);
    return value;
  };
  const hooks = registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.startsWith('file:')) return loaded;
      const file = fileURLToPath(url);
      const known = modules[path.relative(packageRoot, file).split(path.sep).join('/')];
      const text = known === undefined ? '' : fs.readFileSync(file, 'utf8');
      if (known === undefined || text.length !== known.length) return loaded;
      const source = instrument(text, known.probes, total);
      total += known.probes.length;
      return { ...loaded, source };
    },
  });
  return {
    take() {
      const taken = [...marks];
      marks = new Set();
      return taken;
    },
    stop() {
      hooks.deregister();
      delete globalThis[TRUTH];
      delete globalThis[VALUE];
    },
  };
}
