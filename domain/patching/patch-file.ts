import type { Delivery } from './delivery.ts';
import { unifiedDiff } from './hunks.ts';

/** A whole delivery as one patch that `git apply` takes and takes back (DEL-01); empty when nothing changes. */
export const patchFile = ({ files }: Delivery): string => files.map(unifiedDiff).join('');
