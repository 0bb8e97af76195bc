import { type Command, InvalidArgumentError } from 'commander';
import { isRejection, Rejection } from '../../../domain/kernel/rejection.ts';
import { registerAuditCommands } from './audit-commands.ts';
import {
  decideLetter,
  type InspectedLetter,
  inspectLetter,
  letterDetailsJson,
  lettersJson,
  lettersTable,
  letterText,
  listLetters,
} from './dead-letters.ts';
import { registerFinanceCommands } from './finance-commands.ts';
import { withLog } from './open.ts';
import { registerOperatorCommands } from './operator-commands.ts';
import { registerStoreCommands } from './store-commands.ts';
import { registerTreeCommands } from './tree-commands.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const isMissingTable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '42P01';

/** As in `extension/executor/cli/exit-codes.ts`: 1 for what went wrong, 3 for what was refused for a reason. */
const FAILED = 1;
const REFUSED = 3;

/** Holds whatever code the program that registered us ends with. */
const fail = (code: typeof FAILED | typeof REFUSED = FAILED): void => {
  process.once('exit', () => {
    process.exitCode = code;
  });
};

/** What to do about a refusal, by its code. */
const NEXT: Readonly<Record<string, string>> = {
  JOB_NOT_FOUND: 'See your jobs with: iama jobs',
  JOB_AMBIGUOUS: 'Type more of the id.',
  STREAM_NOT_FOUND: 'Search for events with: iama audit search',
  DEAD_LETTER_NOT_FOUND: 'See what is held up with: iama dead-letters list',
  SUPER_ADMIN_EXISTS: 'Ask a super admin, or reset one with: iama admin reset EMAIL',
  ADMIN_EXISTS: 'Give the operator other secrets with: iama admin reset EMAIL',
  ADMIN_NOT_FOUND: 'See all operators with GET /api/v1/admin/accounts, as a super admin.',
  SETTING_UNKNOWN: 'See all settings with: iama admin config list',
  SETTING_REVISION_NOT_FOUND: 'See its revisions with: iama admin config history KEY',
  PERIOD_OPEN: 'Close it first: iama finance close PERIOD',
  PREVIOUS_NOT_EXPORTED: 'Export the month before it, or the version before it, in the same format.',
  PROJECTION_NOT_LIVE: 'Start the server where it does not run, and try again.',
  LEDGER_BEHIND: 'Start the server where it does not run, and try again.',
  OWNER_REQUIRED: 'Name the role that owns the tables with IAMA_DATABASE_OWNER_URL.',
  NO_LOG: 'Start the server on it first: iama server start',
};

/** A file that the person named and that cannot be read or written, with the code that the executor uses too. */
const fileRefusal = (error: unknown): Rejection | null => {
  if (!(error instanceof Error && 'path' in error && 'code' in error && 'syscall' in error)) return null;
  const code = String(error.code);
  return ['ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'ENOTDIR', 'EROFS', 'ENOSPC'].includes(code)
    ? new Rejection(`FILE_${code}`, `${String(error.path)} cannot be read or written.`)
    : null;
};

const refusalOf = (error: unknown): Rejection | null => {
  if (isRejection(error)) return error;
  const file = fileRefusal(error);
  if (file !== null) return file;
  return isMissingTable(error) ? new Rejection('NO_LOG', 'This database holds no log yet.') : null;
};

/** Says what is wrong and what to do, with a stable code, and sets the exit code; with `--json` as one object too. */
const run = async (json: boolean | undefined, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    const refusal = refusalOf(error);
    const reason = error instanceof Error ? (refusal ?? error).message : String(error);
    const code = refusal?.code ?? 'INTERNAL';
    const next = NEXT[code] ?? 'See what it takes with: iama help';
    process.stderr.write(`${reason} [${code}]\n${next}\n`);
    if (json === true) print(JSON.stringify({ code, reason }));
    fail(refusal === null ? FAILED : REFUSED);
  }
};

type ListOptions = Readonly<{ json?: boolean; subscription?: string; status?: string; limit: number }>;
type DecisionOptions = Readonly<{ json?: boolean; reason: string }>;

const positive = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a number from 1 to 999999 is expected');
  return Number(text);
};

const registerDeadLetters = (program: Command): void => {
  const letters = program
    .command('dead-letters')
    .description('events that could not be processed and hold up what follows them');
  letters
    .command('list')
    .description('what holds something up, newest first')
    .option('--subscription <id>', 'of one subscription only')
    .option('--status <status>', 'retrying, parked, skipped or resolved')
    .option('--limit <n>', 'at most so many', positive, 100)
    .option('--json', 'one JSON array')
    .action((options: ListOptions) =>
      run(options.json, () =>
        withLog(async (reading) => {
          const found = await listLetters(reading, options);
          print(options.json === true ? lettersJson(found) : lettersTable(found));
        }),
      ),
    );
  const show = (json: boolean | undefined, found: InspectedLetter): void =>
    print(json === true ? letterDetailsJson(found) : letterText(found));
  letters
    .command('inspect <id>')
    .description('one of them with its error and its event')
    .option('--json', 'one JSON object')
    .action((id: string, options: { json?: boolean }) =>
      run(options.json, () =>
        withLog(async (reading) => show(options.json, await inspectLetter(reading, id))),
      ),
    );
  const decision = (verb: 'retry' | 'skip', description: string): Command =>
    letters
      .command(`${verb} <id>`)
      .description(description)
      .option('--json', 'one JSON object')
      .action((id: string, { json, reason }: DecisionOptions) =>
        run(json, () =>
          withLog(async (reading) => show(json, await decideLetter(reading, verb, id, reason))),
        ),
      );
  decision('retry', 'try it again at once; recorded in the log').option(
    '--reason <text>',
    'why, for the log',
    'the cause is gone',
  );
  decision('skip', 'go on without it, for ever; recorded in the log').requiredOption(
    '--reason <text>',
    'why, for the log',
  );
};

/** `iama audit` and `iama replay` (OPS-06), `iama dead-letters` (ES-11), `iama admin` (OPS-01), `iama finance` (BIL-14) and `iama store` (ES-05), on the database of `IAMA_DATABASE_URL` or of the data folder. */
export const registerServerCommands = (program: Command): void => {
  registerDeadLetters(program);
  registerOperatorCommands(program, { print, run });
  registerFinanceCommands(program, { print, run, fail });
  registerStoreCommands(program, { print, run });
  const audit = program.command('audit').description('look into the log of events');
  registerTreeCommands(audit, { print, run, fail });
  registerAuditCommands(program, audit, { print, run, fail });
};
