import type { ContextPart, ContextRequest } from '../api/wire.ts';
import { sha256 } from '../workspace/collect.ts';

type Sources = Pick<ContextRequest['context'], 'files' | 'dependencies'>;

/** `key` is the hash of what the part holds; `bytes` of its texts. */
export type Part = Readonly<{ key: string; bytes: number; body: ContextPart }>;

/** What an interruption, or a change of a file, costs to send again. */
const USUAL_PART_BYTES = 128 * 1024;
const MAX_PARTS = 1_024;

const bytesOf = (files: Sources['files']): number =>
  files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);

const byPath = (a: Readonly<{ path: string }>, b: Readonly<{ path: string }>): number =>
  a.path < b.path ? -1 : 1;

/** A power of two, so that a project which grows a little keeps its parts. */
const countFor = (bytes: number): number => {
  const wanted = Math.min(MAX_PARTS, bytes / USUAL_PART_BYTES);
  return 2 ** Math.ceil(Math.log2(Math.max(1, wanted)));
};

/**
 * Cuts the sources into parts by the hash of each path, never by its place in the list: a file that changes, comes or
 * goes changes the part that it is in, and no other (CTX-01).
 */
export const partsOf = ({ files, dependencies }: Sources): readonly Part[] => {
  const count = countFor(bytesOf(files) + bytesOf(dependencies));
  const partOf = ({ path }: Readonly<{ path: string }>): number =>
    Number.parseInt(sha256(path).slice(0, 8), 16) % count;
  const cut = Map.groupBy(files.toSorted(byPath), partOf);
  const cutDependencies = Map.groupBy(dependencies.toSorted(byPath), partOf);
  return Array.from({ length: count }, (_, index) => ({
    files: cut.get(index) ?? [],
    dependencies: cutDependencies.get(index) ?? [],
  }))
    .filter((body) => body.files.length + body.dependencies.length > 0)
    .map((body) => ({
      key: sha256(JSON.stringify(body)),
      bytes: bytesOf(body.files) + bytesOf(body.dependencies),
      body,
    }));
};
