import type { DependencyType, ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser';

/**
 * The import directions of ARCHITECTURE.md ("Rooms"), one rule per row. `rules.test.ts` plants a violation of each.
 * Unit tests sit beside the code and obey the same rows, but may use test libraries; `*.int.test.ts`, `*.e2e.test.ts` and
 * `bench/` stand outside and may import everything.
 */
const OUTSIDE = '(\\.(int|e2e)\\.test\\.ts$|^bench/)';
const TESTS = '\\.test\\.ts$';
const NOT_OURS = '(^node_modules/|/node_modules/)';
const PACKAGES: DependencyType[] = [
  'core',
  'npm',
  'npm-dev',
  'npm-optional',
  'npm-peer',
  'npm-no-pkg',
  'npm-unknown',
];

/** Imports of our own files from `from` must match `may`; everything else of ours is a violation. */
const room = (name: string, from: string, may: string, comment: string): IForbiddenRuleType => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: OUTSIDE },
  to: {
    dependencyTypesNot: [...PACKAGES, 'unknown', 'undetermined'],
    pathNot: [may, NOT_OURS],
  },
});

export const forbidden: IForbiddenRuleType[] = [
  {
    name: 'no-cycles',
    comment: 'Data travels one way.',
    severity: 'error',
    from: { pathNot: OUTSIDE },
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'domain-is-pure',
    comment: 'The domain uses no npm package and no node: module.',
    severity: 'error',
    from: { path: '^domain/', pathNot: TESTS },
    to: {
      dependencyTypes: PACKAGES,
    },
  },
  room('domain-kernel', '^domain/kernel/', '^domain/kernel/', 'The kernel imports nothing else.'),
  room(
    'domain-patching',
    '^domain/patching/',
    '^domain/(patching|kernel)/',
    'The patch engine runs on both sides, so it knows only the kernel.',
  ),
  room(
    'domain-context',
    '^domain/(?!kernel/|patching/)([^/]+)/',
    '^domain/($1|kernel)/',
    'A context of the domain knows itself and the kernel.',
  ),
  room(
    'commands',
    '^commands/([^/]+)/',
    '^(domain/($1|kernel)|commands/($1|kernel))/',
    'A command knows its own context and the kernels.',
  ),
  room(
    'projections',
    '^projections/([^/]+)/',
    '^(domain|projections/($1|kernel))/',
    'A projection knows event types of any context and its own rows.',
  ),
  room(
    'read-api',
    '^read-api/([^/]+)/',
    '^(read-api/($1|kernel)|projections|domain/($1|kernel|patching))/',
    'A query knows its own context and the row types of any projection.',
  ),
  room(
    'processors',
    '^processors/([^/]+)/',
    '^(processors/($1|kernel)|domain)/',
    'A process manager or reactor knows messages of any context and its own ports.',
  ),
  {
    name: 'nobody-imports-infra',
    comment: 'Only infra, integration tests and benchmarks know technology.',
    severity: 'error',
    from: { pathNot: ['^infra/', OUTSIDE, '^[^/]+\\.ts$'] },
    to: { path: '^infra/' },
  },
  room('migrations', '^migrations/', '^migrations/', 'Migrations stand alone.'),
  room(
    'extension',
    '^extension/',
    '^(extension|domain/patching|domain/kernel)/',
    "The person's side knows itself, the patch engine and the API client.",
  ),
  {
    name: 'executor-without-vscode',
    comment: 'The executor also runs headless.',
    severity: 'error',
    from: { path: '^extension/executor/' },
    to: { path: '(^|/)vscode($|/)' },
  },
  room('web', '^web/', '^web/', 'The web knows itself and the API client.'),
];

export const options: ICruiseOptions = {
  doNotFollow: { path: ['node_modules'] },
  exclude: { path: ['^examples/', '/fixtures/', '^\\.iama/'] },
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  detectProcessBuiltinModuleCalls: true,
  enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'] },
};
