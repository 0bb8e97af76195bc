import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import {
  checkCommands,
  checkLinks,
  checkPaths,
  checkRecordings,
  checkTypeScript,
  type Page,
} from './snippets.ts';

const root = process.cwd();
const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
});
if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`);
const pages: Page[] = listed.stdout
  .split('\n')
  .filter((file) => file !== '' && !file.startsWith('examples/') && existsSync(file))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

const problems = [
  ...checkTypeScript(pages, root),
  ...checkCommands(pages, new Set(Object.keys(scripts))),
  ...checkLinks(pages, root, existsSync),
  ...checkPaths(pages, root, existsSync),
  ...checkRecordings(pages),
];
for (const { file, line, message } of problems) console.error(`${file}:${line}: ${message}`);
console.log(`docs: ${pages.length} pages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
