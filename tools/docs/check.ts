import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createProgram } from '../../extension/executor/cli/program.ts';
import { registerServerCommands } from '../../infra/main/cli/commands.ts';
import {
  checkCodesTold,
  checkCommandLines,
  checkCommandsTold,
  checkNames,
  checkOptionsTold,
  checkScriptOptions,
  checkScriptsTold,
  checkVariablesTold,
} from './names.ts';
import {
  checkCommands,
  checkDecisions,
  checkLinks,
  checkPaths,
  checkRecordings,
  checkTypeScript,
  type Page,
} from './snippets.ts';

const root = process.cwd();

const read = (...patterns: readonly string[]): Page[] => {
  const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`);
  return listed.stdout
    .split('\n')
    .filter((file) => file !== '' && !file.startsWith('examples/') && existsSync(file))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
};

const pages = read('*.md');
const sources = read('*.ts', '*.mjs', '*.sql', '*.json', ':!package-lock.json').filter(
  ({ file }) => !file.endsWith('.test.ts') && !file.startsWith('tools/docs/'),
);
/** Decisions also name what was rejected, and what others call it. */
const present = pages.filter(({ file }) => !file.startsWith('docs/decisions/'));
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const { program } = createProgram({ version: '', serverEntry: null });
await registerServerCommands(program);

/** What refuses on the command line of the server side; `infra/http/protocol-docs.test.ts` holds the codes of the API. */
const REFUSING = /^infra\/(audit|finance|main|runtime)\/|^domain\/billing\/periods/;

/** What people start, and so set variables for. */
const READING = /^(extension\/executor|infra\/main)\//;

const sourceOf = (script: string): string | null => {
  const entry = /^node (\S+\.ts)/.exec(scripts[script] ?? '')?.[1];
  return entry === undefined
    ? null
    : sources
        .filter(({ file }) => file.startsWith(`${dirname(entry)}/`))
        .map(({ text }) => text)
        .join('\n');
};

const problems = [
  ...checkTypeScript(pages, root),
  ...checkCommands(pages, new Set(Object.keys(scripts))),
  ...checkLinks(pages, root, existsSync),
  ...checkPaths(pages, root, existsSync),
  ...checkDecisions(pages),
  ...checkRecordings(pages),
  ...checkCommandLines(pages, program),
  ...checkCommandsTold(present, program, 'docs/reference/command-line.md'),
  ...checkOptionsTold(present, program, 'docs/reference/command-line.md'),
  ...checkVariablesTold(
    present,
    sources.filter(({ file }) => READING.test(file)),
  ),
  ...checkScriptsTold(present, Object.keys(scripts)),
  ...checkScriptOptions(pages, sourceOf),
  ...checkNames(present, sources.map(({ text }) => text).join('\n')),
  ...checkCodesTold(
    present,
    sources.filter(({ file }) => REFUSING.test(file)),
  ),
];
for (const { file, line, message } of problems) console.error(`${file}:${line}: ${message}`);
console.log(`docs: ${pages.length} pages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
