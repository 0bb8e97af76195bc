import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Shape, sampleOf } from './shapes.ts';

/** How events of one type and version are stored: kept for ever, since such events are. */
const golden = z.strictObject({
  type: z.string(),
  version: z.int().min(1),
  shape: z.custom<Shape>((value) => value !== undefined),
  /** Data as it stands in the log: with everything that there can be, and with the least. */
  stored: z.array(z.record(z.string(), z.unknown())).length(2),
});
export type Golden = z.infer<typeof golden>;

const FOLDER = join(import.meta.dirname, 'golden');

export const goldenOf = (type: string, version: number, shape: Shape): Golden =>
  golden.parse({ type, version, shape, stored: [sampleOf(shape, true), sampleOf(shape, false)] });

/** Every form that was ever stored. */
export const goldens = (): readonly Golden[] =>
  globSync('*.json', { cwd: FOLDER })
    .sort()
    .map((name) => golden.parse(JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))));

export const writeGolden = (form: Golden): void => {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${form.type}.v${form.version}.json`), `${JSON.stringify(form, null, 2)}\n`);
};
