/** Strings for one input: shown ones, what its patterns match, what documents mention in the same form, and changes of all of these. */
import { type Context, interleave, type Made } from './candidates.ts';
import { literalString, stringLiteral } from './constants.ts';
import { shuffled, unique } from './order.ts';
import { regexSamples } from './regex-samples.ts';
import { fromFragments, mostAlike, restructured, splices, variants } from './strings.ts';

/** How many of each source to take: for an argument, and for a member or element. */
const RICH = {
  direct: 40,
  indirect: 6,
  texts: 80,
  words: 40,
  typical: 160,
  changed: 30,
  restructured: 240,
  spliced: 120,
  boundary: 520,
};
const POOR = {
  direct: 8,
  indirect: 2,
  texts: 8,
  words: 4,
  typical: 20,
  changed: 3,
  restructured: 16,
  spliced: 8,
  boundary: 50,
};

export function stringValues({ flat, pools, examples, seed, rich }: Context): Made {
  const base = rich ? RICH : POOR;
  const volume = rich ? pools.volume : 1;
  const size = {
    ...base,
    restructured: base.restructured * volume,
    spliced: base.spliced * volume,
    boundary: base.boundary * volume,
  };
  const shown = unique([...examples, ...flat.literals].map(literalString).filter((one) => one !== null));
  const direct = [...flat.regexes].flatMap((regex) => regexSamples(regex, size.direct));
  const indirect = pools.reach.regexes
    .filter((regex) => !flat.regexes.has(regex))
    .flatMap((regex) => regexSamples(regex, size.indirect));
  const fragments = unique([
    ...flat.fragments,
    ...(rich ? pools.reach.strings.filter((one) => one.length <= 2) : []),
  ]).slice(0, 14);
  const models = unique([...shown, ...direct]);
  const texts = mostAlike(shuffled(pools.texts, seed), models, [...flat.fragments]).slice(0, size.texts);
  const words = mostAlike(pools.reach.strings, models, [...flat.fragments]).slice(0, size.words);
  const tokens = pools.tokens.slice(0, rich ? 20 : 6);
  const joined = tokens
    .slice(0, 3)
    .flatMap((token, at) =>
      fragments
        .slice(0, 6)
        .map((fragment) => `${token}${fragment}${tokens[(at + 1) % tokens.length] ?? token}`),
    );
  const marked = fromFragments([...flat.fragments], rich ? 60 : 10, `${seed}/marks`);
  const main = unique([
    ...shown.slice(0, 12),
    ...interleave([
      shown.slice(12),
      ofLengths(flat.lengths, shown[0] ?? 'a'),
      tokens,
      direct,
      texts,
      marked,
      joined,
      words,
      indirect,
    ]),
  ]);
  const seeds = main.slice(0, rich ? 60 : 8);
  const built = restructured(
    unique([...shown, ...texts.slice(0, 30), ...direct.slice(0, 20), ...tokens]),
    fragments,
    size.restructured,
    `${seed}/built`,
  );
  const changed = shuffled(seeds.slice(0, size.changed), seed).flatMap((text) =>
    variants(text, fragments).slice(0, 60),
  );
  const firstChanged = seeds.slice(0, 4).flatMap((text) => variants(text, fragments));
  const spliced = splices(seeds, fragments, size.spliced, `${seed}/splice`);
  const edges = [...ofLengths(flat.lengths, seeds[0] ?? 'a'), '', ' ', 'a', '0', '-', ...fragments];
  return {
    typical: main.slice(0, size.typical).map(stringLiteral),
    boundary: unique(
      interleave([
        built,
        firstChanged,
        edges,
        built.slice(size.restructured / 2),
        spliced,
        shuffled(changed, seed),
      ]),
    )
      .slice(0, size.boundary)
      .map(stringLiteral),
  };
}

/** Strings just below, at and above lengths that the code compares with. */
function ofLengths(lengths: Iterable<number>, text: string): readonly string[] {
  return [...lengths]
    .filter((length) => length <= 2_000)
    .flatMap((length) => [length - 1, length, length + 1])
    .filter((length) => length > 0)
    .flatMap((length) => ['1'.repeat(length), text.padStart(length, ' ').slice(0, length)]);
}
