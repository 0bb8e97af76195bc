import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { forbidden, options } from './rules.ts';

const ROOMS = [
  'domain',
  'commands',
  'projections',
  'read-api',
  'processors',
  'infra',
  'migrations',
  'extension',
  'web',
];

export type Violation = Readonly<{ rule: string; from: string; to: string }>;

/** Every import below `root` that breaks a rule of `rules.ts`, sorted. */
export const findViolations = async (root: string): Promise<Violation[]> => {
  const result = await cruise(
    ROOMS.filter((room) => existsSync(join(root, room))),
    { ...options, ruleSet: { forbidden }, validate: true, baseDir: root },
    {},
    { tsConfig: extractTSConfig(join(root, 'tsconfig.json')) },
  );
  if (typeof result.output === 'string') throw new Error('dependency-cruiser answered with text');
  return result.output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
};

if (import.meta.main) {
  const found = await findViolations(process.cwd());
  for (const { rule, from, to } of found) console.error(`${rule}: ${from} imports ${to}`);
  console.log(`import rules: ${found.length} violations`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
