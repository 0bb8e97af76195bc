import type { PatchResult } from '../../../domain/patching/apply.ts';
import type { DeliveredText, Delivery, DeliveryFile } from '../../../domain/patching/delivery.ts';
import { diffFile } from '../../../domain/patching/hunks.ts';
import { touchedSymbols } from '../../../domain/patching/symbols.ts';
import { decodeText } from '../../../domain/patching/text.ts';
import { declaredSymbols } from '../languages/typescript.ts';
import { sha256 } from '../workspace/collect.ts';

export class NotDeliverable extends Error {
  constructor(path: string) {
    super(`${path} is not UTF-8 text, so it cannot be delivered as a diff.`);
    this.name = 'NotDeliverable';
  }
}

const side = (path: string, bytes: Uint8Array | null | undefined): DeliveredText | null => {
  if (bytes === null || bytes === undefined) return null;
  const { text, encoding } = decodeText(bytes);
  if (encoding !== 'UTF-8') throw new NotDeliverable(path);
  return { sha256: sha256(bytes), text };
};

const withSymbols = (file: DeliveryFile): DeliveryFile => {
  const changes = diffFile(file).hunks.flatMap((hunk) => hunk.changes);
  return { ...file, symbols: touchedSymbols(file, changes, declaredSymbols) };
};

/** `iama.delivery/1` from the base and what the patch made of it: full sources on both sides (DEL-01). */
export const deliveryOf = (base: (path: string) => Uint8Array | undefined, result: PatchResult): Delivery => {
  const movedAway = new Set(result.renames.values());
  const files: DeliveryFile[] = [];
  for (const [to, bytes] of result.files) {
    const path = result.renames.get(to) ?? to;
    if (bytes === null && movedAway.has(to)) continue;
    const file: DeliveryFile = { path, to, before: side(path, base(path)), after: side(to, bytes) };
    if (file.path !== file.to || file.before?.sha256 !== file.after?.sha256) files.push(withSymbols(file));
  }
  files.sort((left, right) => (left.to < right.to ? -1 : 1));
  return { schema: 'iama.delivery/1', files };
};
