type Group = Readonly<{
  module: string;
  path: readonly string[];
  category: string;
  keep: number;
  cases: readonly Readonly<{ id: string }>[];
}>;
export function selectCases(
  groups: readonly Group[],
  results: ReadonlyMap<string, Readonly<{ call: string; result: string }>>,
  ways: ReadonlyMap<string, readonly (string | number)[]>,
  most?: Readonly<{ cases: number; text: number }>,
): ReadonlySet<string>;
