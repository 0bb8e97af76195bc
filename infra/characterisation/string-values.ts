/** Strings for one input: shown ones, what its patterns match, what documents mention in the same form, and changes of all of these. */
import { assembled, renumbered } from './assembled-strings.ts';
import { type Context, interleave, type Made } from './candidates.ts';
import { literalString, stringLiteral } from './constants.ts';
import { shuffled, unique } from './order.ts';
import { nearMisses, regexSamples } from './regex-samples.ts';
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
  assembled: 200,
  renumbered: 60,
  boundary: 700,
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
  assembled: 12,
  renumbered: 4,
  boundary: 60,
};

export function stringValues({ flat, pools, examples, seed, rich }: Context): Made {
  const base = rich ? RICH : POOR;
  const volume = rich ? pools.volume : 1;
  const size = {
    ...base,
    restructured: base.restructured * volume,
    spliced: base.spliced * volume,
    assembled: base.assembled * volume,
    boundary: base.boundary * volume,
  };
  const shown = unique([...examples, ...flat.literals].map(literalString).filter((one) => one !== null));
  const directly = [...flat.regexes].map((regex) => regexSamples(regex, size.direct));
  const indirectly = pools.reach.regexes
    .filter((regex) => !flat.regexes.has(regex))
    .map((regex) => regexSamples(regex, size.indirect));
  const missing = [...flat.regexes].flatMap((regex) => nearMisses(regex, size.indirect * 2));
  const [direct, indirect] = [directly.flat(), indirectly.flat()];
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
  const together = assembled(
    unique([...shown, ...tokens, ...words.slice(0, 6)]).slice(0, 24),
    [...directly, ...indirectly],
    fragments,
    size.assembled,
    `${seed}/assembled`,
  );
  const counted = shuffled(
    renumbered(unique([...shown, ...texts, ...direct]).slice(0, rich ? 12 : 2), pools.reach.numbers),
    `${seed}/counted`,
  ).slice(0, size.renumbered);
  const changed = shuffled(seeds.slice(0, size.changed), seed).flatMap((text) =>
    variants(text, fragments).slice(0, 60),
  );
  const firstChanged = seeds.slice(0, 4).flatMap((text) => variants(text, fragments));
  const spliced = splices(seeds, fragments, size.spliced, `${seed}/splice`);
  const edges = [
    ...ofLengths(flat.lengths, seeds[0] ?? 'a'),
    '',
    ' ',
    ...[...flat.fragments].map((fragment) => inMiddle(seeds[0] ?? 'ab', fragment)),
    'a',
    '0',
    '-',
    ...fragments,
  ];
  return {
    typical: main.slice(0, size.typical).map(stringLiteral),
    boundary: unique(
      interleave([
        built,
        together,
        firstChanged,
        edges,
        counted,
        missing,
        together.slice(size.assembled / 2),
        built.slice(size.restructured / 2),
        spliced,
        shuffled(changed, seed),
      ]),
    )
      .slice(0, size.boundary)
      .map(stringLiteral),
  };
}

const inMiddle = (text: string, mark: string): string => {
  const at = Math.ceil(text.length / 2);
  return text.slice(0, at) + mark + text.slice(at);
};

/** Strings just below, at and above lengths that the code compares with. */
function ofLengths(lengths: Iterable<number>, text: string): readonly string[] {
  return [...lengths]
    .filter((length) => length <= 2_000)
    .flatMap((length) => [length - 1, length, length + 1])
    .filter((length) => length > 0)
    .flatMap((length) => ['1'.repeat(length), text.padStart(length, ' ').slice(0, length)]);
}
