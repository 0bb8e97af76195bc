import { parseArgs } from 'node:util';

const PLANTS = ['sequence-only-reads', 'unfenced-lease', 'double-usage'] as const;
export type Plant = (typeof PLANTS)[number];

export type TortureOptions = Readonly<{
  seconds: number;
  seed: number;
  json: boolean;
  /** A bug put into the test's own adapters, to prove that the test notices. */
  plant: Plant | null;
  /** Keeps the folder with server, journals and logs. */
  keep: boolean;
}>;

const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Error(`--${name} takes a whole number from ${least} to ${most}, not ${text}`);
  return value;
};

/** Throws with a message for people when an argument is wrong. */
export const parseOptions = (args: readonly string[], randomSeed: () => number): TortureOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      plant: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const plant = PLANTS.find((name) => name === values.plant) ?? null;
  if (values.plant !== undefined && plant === null)
    throw new Error(`--plant takes one of ${PLANTS.join(', ')}`);
  return {
    seconds: wholeNumber('seconds', values.seconds, 5, 86_400),
    seed: values.seed === undefined ? randomSeed() : wholeNumber('seed', values.seed, 0, 4_294_967_295),
    json: values.json,
    plant,
    keep: values.keep,
  };
};
