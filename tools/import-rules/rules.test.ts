import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from './check.ts';
import { forbidden } from './rules.ts';

/** One planted violation per row: the file, what it imports, the rule that must bite. */
const planted: readonly (readonly [rule: string, file: string, imports: string])[] = [
  ['domain-is-pure', 'domain/billing/clock.ts', 'node:fs'],
  ['domain-is-pure', 'domain/billing/schema.ts', 'zod'],
  ['domain-kernel', 'domain/kernel/knows-too-much.ts', '../billing/account.ts'],
  ['domain-patching', 'domain/patching/knows-too-much.ts', '../billing/account.ts'],
  ['domain-context', 'domain/identity/knows-billing.ts', '../billing/account.ts'],
  ['commands', 'commands/identity/knows-billing.ts', '../../domain/billing/account.ts'],
  ['projections', 'projections/identity/knows-processors.ts', '../../processors/billing/process.ts'],
  ['read-api', 'read-api/identity/knows-commands.ts', '../../commands/identity/register.ts'],
  ['processors', 'processors/billing/knows-projections.ts', '../../projections/billing/rows.ts'],
  ['nobody-imports-infra', 'processors/billing/knows-infra.ts', '../../infra/pool.ts'],
  ['migrations', 'migrations/knows-infra.ts', '../infra/pool.ts'],
  ['extension', 'extension/executor/knows-job.ts', '../../domain/billing/account.ts'],
  ['executor-without-vscode', 'extension/executor/knows-vscode.ts', 'vscode'],
  ['web', 'web/knows-infra.ts', '../infra/pool.ts'],
];

const innocent: Readonly<Record<string, string>> = {
  'tsconfig.json': '{"compilerOptions":{"allowImportingTsExtensions":true,"noEmit":true}}',
  'package.json': '{"name":"planted","dependencies":{"zod":"*"}}',
  'node_modules/zod/package.json': '{"name":"zod","main":"index.js"}',
  'node_modules/zod/index.js': 'module.exports = {};',
  'domain/kernel/base.ts': 'export const base = 1;',
  'domain/billing/account.ts': "import { base } from '../kernel/base.ts';\nexport const account = base;",
  'commands/identity/register.ts':
    "import { base } from '../../domain/kernel/base.ts';\nexport const register = base;",
  'processors/billing/process.ts':
    "import { account } from '../../domain/billing/account.ts';\nexport const process = account;",
  'projections/billing/rows.ts':
    "import { account } from '../../domain/billing/account.ts';\nexport const rows = account;",
  'infra/pool.ts': "import { rows } from '../projections/billing/rows.ts';\nexport const pool = rows;",
  'infra/pool.int.test.ts': "import { pool } from './pool.ts';\nexport const test = pool;",
};

let root: string;
const plant = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
};

const violations = async () => (await findViolations(root)).map(({ rule, from }) => ({ rule, from }));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'iama-rules-'));
  for (const [file, text] of Object.entries(innocent)) await plant(file, text);
  await mkdir(join(root, 'read-api'));
  await mkdir(join(root, 'migrations'));
  await mkdir(join(root, 'extension'));
  await mkdir(join(root, 'web'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('import rules', () => {
  it('accept a tree that obeys them', async () => {
    expect(await violations()).toEqual([]);
  });

  it('have a planted violation each, and each rule bites', async () => {
    for (const [, file, imports] of planted)
      await plant(file, `import * as x from '${imports}';\nexport const y = x;\n`);
    const a = "import { b } from './b.ts';\nexport const a: number = b;\n";
    await plant('domain/operations/a.ts', a);
    await plant('domain/operations/b.ts', "import { a } from './a.ts';\nexport const b: number = a;\n");
    const found = await violations();
    const expected = [...planted.map(([rule, file]) => ({ rule, from: file }))];
    expect(found).toEqual(expect.arrayContaining(expected));
    expect(found.some((violation) => violation.rule === 'no-cycles')).toBe(true);
    const named = new Set([...planted.map(([rule]) => rule), 'no-cycles']);
    expect([...named].sort()).toEqual(forbidden.map((rule) => rule.name).sort());
  });
});
