import { posix } from 'node:path';

const CANDIDATES = ['', '.js', '.json', '/index.js', '/index.json'];

/** The file a relative specifier names, by Node's CommonJS rules; null where no sent file fits. */
export function resolveRelative(
  from: string,
  specifier: string,
  exists: (path: string) => boolean,
): string | null {
  const base = posix.join(posix.dirname(from), specifier).replace(/\/$/, '');
  const folderOnly = specifier.endsWith('/') || /(^|\/)\.{1,2}$/.test(specifier);
  for (const suffix of folderOnly ? CANDIDATES.slice(3) : CANDIDATES) {
    const path = posix.normalize(`${base}${suffix}`);
    if (exists(path)) return path;
  }
  return null;
}

export const isRelative = (specifier: string): boolean => /^\.{1,2}(\/|$)/.test(specifier);

/** Modules that can reach themselves again: there, what a requirer sees depends on when it looks. */
export function modulesInCycles(edges: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const inCycle = new Set<string>();
  for (const origin of edges.keys()) {
    const seen = new Set<string>();
    const open = [...(edges.get(origin) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === origin) {
        inCycle.add(origin);
        break;
      }
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(edges.get(next) ?? []));
    }
  }
  return inCycle;
}
