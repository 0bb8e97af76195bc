/** A package that the acceptance run refactors: `alias` is its exact-pinned dev dependency. */
export type AcceptancePackage = Readonly<{
  name: string;
  alias: string;
  /** Dependencies to lay beside it, name to our dev dependency. */
  dependencies: Readonly<Record<string, string>>;
  /** Its own tests, where the release ships them: arguments to Node in the package's folder. */
  ownTests: readonly string[];
}>;

const plain = (name: string): AcceptancePackage => ({
  name,
  alias: `accept-${name}`,
  dependencies: {},
  ownTests: [],
});

export const PACKAGES: readonly AcceptancePackage[] = [
  plain('ms'),
  plain('bytes'),
  plain('vary'),
  plain('cookie'),
  plain('range-parser'),
  plain('content-type'),
  plain('fresh'),
  plain('escape-html'),
  plain('statuses'),
  plain('parseurl'),
  {
    ...plain('minimist'),
    dependencies: { tape: 'tape' },
    ownTests: ['node_modules/tape/bin/tape', 'test/*.js'],
  },
  plain('balanced-match'),
  { ...plain('brace-expansion'), dependencies: { 'balanced-match': 'accept-balanced-match' } },
  plain('semver'),
];
