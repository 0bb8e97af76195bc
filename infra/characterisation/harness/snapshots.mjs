/** The snapshot file: one case per line, sorted by id, so that a person can read and compare it. */

const SCHEMA = 'iama.snapshots/1';

/** Kept from before the package loads, which may change it. */
const { stringify } = JSON;

const compare = ([a], [b]) => (a < b ? -1 : a > b ? 1 : 0);

function section(entries) {
  const lines = [...entries].sort(compare).map(([id, entry]) => `    ${stringify(id)}: ${stringify(entry)}`);
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n  }`;
}

/**
 * What was recorded of each export, for the person to see where nothing is: `{ name, calls, returned }`. An export whose value is
 * no function is not called, and is left out.
 */
export function subjectsOf(groups, results) {
  const subjects = new Map();
  for (const group of groups) {
    if (group.category === 'value') continue;
    const key = stringify([group.module, group.path]);
    if (!subjects.has(key)) subjects.set(key, { name: group.name, calls: 0, returned: 0 });
    const subject = subjects.get(key);
    for (const { id } of group.cases) {
      const text = results.get(id)?.result;
      if (text === undefined) continue;
      subject.calls += 1;
      if (text.startsWith('→')) subject.returned += 1;
    }
  }
  return [...subjects.values()];
}

/** @param results Map of id to `{ call, result, found? }` @param left Map of id to `{ call, why }`: cases that are not kept */
export function formatSnapshots(results, left, subjects) {
  return `{\n  "schema": "${SCHEMA}",\n  "results": ${section(results)},\n  "left": ${section(left)},\n  "subjects": ${stringify(subjects)}\n}\n`;
}

export function parseSnapshots(text) {
  const data = JSON.parse(text);
  if (data.schema !== SCHEMA) throw new Error(`snapshot file has schema ${data.schema}, expected ${SCHEMA}`);
  return { results: new Map(Object.entries(data.results)), left: new Map(Object.entries(data.left)) };
}
