import { delivery } from './delivery.ts';
import { fromAnywhere } from './from-anywhere.ts';
import { inPlace } from './in-place.ts';
import { repair } from './repair.ts';
import type { Row } from './row.ts';
import { toBaseline } from './to-baseline.ts';

/** The whole transition table of spec/40. */
export const rows: readonly Row[] = [...toBaseline, ...repair, ...fromAnywhere, ...inPlace, ...delivery];
