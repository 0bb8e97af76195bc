import { createHash } from 'node:crypto';
import { applyPatch, type PatchResult } from '../../domain/patching/apply.ts';
import type { DeliveredText, DeliveryFile } from '../../domain/patching/delivery.ts';
import type { PatchSet } from '../../domain/patching/edit.ts';
import { unifiedDiff } from '../../domain/patching/hunks.ts';
import type { JobContext } from './model-router.port.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

const side = (bytes: Uint8Array | null | undefined): DeliveredText | null =>
  bytes === null || bytes === undefined ? null : { sha256: sha256(bytes), text: decode(bytes) };

const changed = (
  { files, renames }: PatchResult,
  base: ReadonlyMap<string, Uint8Array>,
): readonly DeliveryFile[] => {
  const moved = new Set(renames.values());
  return [...files]
    .filter(([path, bytes]) => bytes !== null || !moved.has(path))
    .map(([to, bytes]) => {
      const path = renames.get(to) ?? to;
      return { path, to, before: side(base.get(path)), after: side(bytes) };
    });
};

/** The patch as a unified diff against the files of the job, for a person to look at; null when it does not apply. */
export const partialDiff = (context: JobContext, patch: PatchSet): string | null => {
  const encoder = new TextEncoder();
  const base = new Map(context.files.map(({ path, text }) => [path, encoder.encode(text)]));
  const report = applyPatch(patch, {
    read: (path) => base.get(path),
    sha256,
    // Nothing is delivered from here, so a result that does not parse may be shown.
    parses: () => true,
    symbols: () => [],
  });
  return report.status === 'FAILED' ? null : changed(report, base).map(unifiedDiff).join('');
};
