/** The snapshot file: one case per line, sorted by id, so that a person can read and compare it. */

export const SCHEMA = 'iama.snapshots/1';

const compare = ([a], [b]) => (a < b ? -1 : a > b ? 1 : 0);

function section(entries) {
  const lines = [...entries]
    .sort(compare)
    .map(([id, entry]) => `    ${JSON.stringify(id)}: ${JSON.stringify(entry)}`);
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n  }`;
}

/** @param results Map of id to `{ call, result, found? }` @param left Map of id to `{ call, why }`: cases that are not kept */
export function formatSnapshots(results, left) {
  return `{\n  "schema": "${SCHEMA}",\n  "results": ${section(results)},\n  "left": ${section(left)}\n}\n`;
}

export function parseSnapshots(text) {
  const data = JSON.parse(text);
  if (data.schema !== SCHEMA) throw new Error(`snapshot file has schema ${data.schema}, expected ${SCHEMA}`);
  return { results: new Map(Object.entries(data.results)), left: new Map(Object.entries(data.left)) };
}
