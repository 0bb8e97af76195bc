import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
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

const page = (text: string) => [{ file: 'docs/page.md', text }];

const program = (): Command => {
  const iama = new Command('iama');
  iama.command('run').argument('<dir>').option('--yes', 'answer yes');
  const audit = iama.command('audit');
  audit.command('verify').option('--key <file>', 'public keys');
  audit.command('job').argument('<id>');
  return iama;
};

describe('names in the docs', () => {
  it('finds a command that the program does not have, at its line', () => {
    const text =
      'Type `iama audit job 12`.\n\n```sh\nnpx iama audit verify --key a.pem\niama audit stream x\n```\n';
    expect(checkCommandLines(page(text), program())).toEqual([
      { file: 'docs/page.md', line: 5, message: 'there is no command "iama audit stream"' },
    ]);
    expect(checkCommandLines(page('`iama walk .` or `iama help run`'), program())).toHaveLength(1);
  });

  it('finds an option that the command does not take, and none of what follows in the pipe', () => {
    const text = '`iama run . --yes --json` and `iama audit verify --head h | sort --unique`\n';
    expect(checkCommandLines(page(text), program()).map(({ message }) => message)).toEqual([
      '"iama run" takes no option --json',
      '"iama audit verify" takes no option --head',
    ]);
  });

  it('reads only what is set as code, and no name that ends like ours', () => {
    expect(checkCommandLines(page('iama walks on, and `extension/x/iama walk`'), program())).toEqual([]);
  });

  it('finds a command that no page names', () => {
    expect(checkCommandsTold(page('`iama run .`, `iama audit job 1`'), program(), 'a.md')).toEqual([
      { file: 'a.md', line: 1, message: 'no page names the command "iama audit verify"' },
    ]);
  });

  it('finds an option that no page about its command tells of', () => {
    const told = [
      { file: 'a.md', text: '`iama run .` begins; `--yes` agrees' },
      { file: 'b.md', text: '`iama audit verify` reads, with --key not set as code' },
      { file: 'c.md', text: 'another program takes `--key FILE` and `--key-file`' },
    ];
    expect(checkOptionsTold(told, program(), 'a.md').map(({ message }) => message)).toEqual([
      'no page that names "iama audit verify" tells of --key',
    ]);
    expect(checkOptionsTold(page('`iama run .` and `--yes-man`'), program(), 'a.md')).toHaveLength(2);
  });

  it('finds a variable that the program reads and no page names', () => {
    const source = { file: 'home.ts', text: "x\nif (env['IAMA_HOME']) y(environment['IAMA_SERVER']);\n" };
    expect(checkVariablesTold(page('`IAMA_SERVER`, and `IAMA_HOMES`'), [source])).toEqual([
      { file: 'home.ts', line: 2, message: 'no page names the variable IAMA_HOME' },
    ]);
  });

  it('finds an npm script that no page names', () => {
    const text = '`npm test`, `npm run check:docs -- --json` and, not as code, npm run lint';
    expect(checkScriptsTold(page(text), ['test', 'check', 'check:docs', 'lint'])).toEqual([
      { file: 'package.json', line: 1, message: 'no page names "npm run check"' },
      { file: 'package.json', line: 1, message: 'no page names "npm run lint"' },
    ]);
  });

  it('finds options that the program behind a script does not know', () => {
    const found = checkScriptOptions(page('```\nnpm run crash -- --points 2 --loud\n```\n'), (script) =>
      script === 'crash' ? "options: { points: { type: 'string' } }" : null,
    );
    expect(found).toMatchObject([{ line: 2, message: '"npm run crash" takes no option --loud' }]);
  });

  it('finds codes, variables, tables and events that no source knows', () => {
    const text = '`JOB_GONE` `JOB_LOST` `FILE_EIO` `IAMA_X` `job_rows` `JobGone` `JobLost` `Ledger` `any`\n';
    const sources = "'JOB_GONE'; EIO: 1; type JobGone";
    expect(checkNames(page(text), sources).map(({ message }) => message)).toEqual([
      'no source knows JOB_LOST',
      'no source knows IAMA_X',
      'no source knows job_rows',
      'no source knows JobLost',
    ]);
  });

  it('finds codes of refusals that no page explains', () => {
    const sources = [
      { file: 'a.ts', text: "\nthrow new Rejection(\n  'LOST',\n);\nnew Rejection('TOLD', 'x');" },
    ];
    expect(checkCodesTold(page('`TOLD`'), sources)).toEqual([
      { file: 'a.ts', line: 2, message: 'no page explains LOST' },
    ]);
  });
});
