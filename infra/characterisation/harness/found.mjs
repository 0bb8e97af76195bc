/**
 * Cases that were not planned but found while the planned ones were tried. They are kept as text beside their results, and
 * hash-locked with these: `{ form, args, change, steps }`, each input a function as `cases.mjs` has them.
 */
import vm from 'node:vm';

const MAX_NAME = 140;

const build = (text) => vm.runInThisContext(text);

/** @throws {SyntaxError} when a text is no JavaScript */
export function compile(source) {
  return {
    form: source.form,
    args: build(source.args),
    ...(source.change === undefined ? {} : { change: build(source.change) }),
    steps: source.steps.map((step) => ({ ...step, args: build(step.args) })),
  };
}

/** The source of a planned case. */
export function sourceOf(one) {
  return {
    form: one.form,
    args: String(one.args),
    ...(one.change === undefined ? {} : { change: String(one.change) }),
    steps: (one.steps ?? []).map(({ member, form, observe, args }) => ({
      member,
      form,
      observe,
      args: String(args),
    })),
  };
}

const inner = (text) => text.replace(/^\([^)]*\) => \[/, '').slice(0, -1);

/** How the call reads. */
export function nameOf(group, source) {
  const head = `${source.form === 'new' ? 'new ' : ''}${group.name}(${inner(source.args)})`;
  const tail = source.steps.map(({ member, form, args }) => {
    const call = form === 'get' ? '' : `(${inner(args)})`;
    if (form === 'stream') return ` used as a stream${call}`;
    if (form === 'events') return ` heard${call}`;
    return member === null ? call : `.${member}${call}`;
  });
  const again = source.form === 'twice' ? ' again' : '';
  const name = `${head}${tail.join(' ')}${again}`.replace(/\s+/g, ' ');
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
}

/** The groups of the found cases among recorded results. */
export function foundGroups(results) {
  const groups = new Map();
  for (const [id, { call, found }] of results) {
    if (found === undefined) continue;
    const { name, module, path, source } = found;
    const key = JSON.stringify([module, path]);
    if (!groups.has(key)) groups.set(key, { name, module, path, category: 'found', keep: 0, cases: [] });
    const group = groups.get(key);
    group.keep += 1;
    group.cases.push({ id, name: call, found, ...compile(source) });
  }
  return [...groups.values()];
}
