import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { MUTANTS, type Mutant } from './mutants.ts';
import { mutated, type Ran, verdictOn } from './verdict.ts';

/**
 * `npm run mutate`: puts one mutant after the other into a copy of the tree, runs the tests beside it, and tells which were
 * noticed by a test of their requirement. The tree itself is never changed. Exit code 1: one survived.
 */
parseArgs({ options: {} });

const REPORT = '.trace/mutant.json';

/** The tracked files as they are now, with the dependencies of this tree. */
const copyOfTree = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'iama-mutate-'));
  const { stdout } = spawnSync('git', ['ls-files', '-z'], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  for (const path of stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(path, join(folder, path));
  }
  await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  return folder;
};

const testsBeside = async (folder: string, { project, tests }: Mutant): Promise<readonly Ran[]> => {
  await rm(join(folder, REPORT), { force: true });
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', project, tests];
  spawnSync(process.execPath, [...args, '--reporter=json', `--outputFile=${REPORT}`], {
    cwd: folder,
    stdio: 'ignore',
  });
  const report = JSON.parse(await readFile(join(folder, REPORT), 'utf8')) as {
    testResults: { assertionResults: { fullName: string; status: string }[] }[];
  };
  return report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({ title: fullName, passed: status === 'passed' })),
  );
};

const folder = await copyOfTree();
let killed = 0;
try {
  for (const mutant of MUTANTS) {
    const path = join(folder, mutant.path);
    const source = await readFile(path, 'utf8');
    await writeFile(path, mutated(source, mutant));
    const ran = await testsBeside(folder, mutant);
    await writeFile(path, source);
    const verdict = verdictOn(mutant, ran);
    if (verdict === 'KILLED') killed += 1;
    const failed = ran.filter(({ passed }) => !passed).length;
    console.log(
      `${mutant.requirement.padEnd(6)}  ${verdict.padEnd(9)}  ${failed} of ${ran.length} fail  ${mutant.path}`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${killed} of ${MUTANTS.length} killed by a test of their requirement`);
process.exitCode = killed === MUTANTS.length ? 0 : 1;
