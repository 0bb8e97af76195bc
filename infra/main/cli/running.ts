import { printable } from '../../../domain/kernel/printable.ts';
import { isRejection, Rejection } from '../../../domain/kernel/rejection.ts';
import { EventFormUnknown } from '../../../domain/kernel/upcasting.ts';

/** The bold of our headings, which is kept. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const BOLD = /(\u001b\[(?:1|22)m)/u;

/** What the log holds was written by people, machines and models: the terminal shows it, and obeys none of it. */
export const shown = (text: string): string =>
  text
    .split(BOLD)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');

export const print = (text: string): void => {
  process.stdout.write(`${shown(text)}\n`);
};

/** What of a table is not there, by the code of PostgreSQL. */
const missingOf = (error: unknown): Rejection | null => {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === '42P01') return new Rejection('NO_LOG', 'This database holds no log yet.');
  return code === '42703'
    ? new Rejection(
        'PROJECTION_NOT_LIVE',
        'A read table is not built yet with what this release reads of it.',
      )
    : null;
};

/** As in `extension/executor/cli/exit-codes.ts`: 1 for what went wrong, 3 for what was refused for a reason. */
const FAILED = 1;
const REFUSED = 3;

/** Ends the process with this code, whatever the program that has our commands ends with. */
export const fail = (code: typeof FAILED | typeof REFUSED = FAILED): void => {
  process.once('exit', () => {
    process.exitCode = code;
  });
};

const NOT_AS_SIGNED = 'Do not rely on it. Ask for it anew, from who gave it to you.';
const TRUST = 'Name the public keys that you trust with: --key FILE';

/** What to do about a refusal, by its code. */
const NEXT: Readonly<Record<string, string>> = {
  JOB_NOT_FOUND: 'See your jobs with: iama jobs',
  JOB_AMBIGUOUS: 'Type more of the id.',
  USER_NOT_FOUND:
    'The id of a person ends the name of the stream that each registration is in: iama audit search --type UserRegistered\nWhose a job is, the first events of it say: iama audit job JOB',
  STREAM_NOT_FOUND: 'Search for events with: iama audit search',
  DEAD_LETTER_NOT_FOUND: 'See what is held up with: iama dead-letters list',
  SUPER_ADMIN_EXISTS: 'Ask a super admin, or reset one with: iama admin reset EMAIL',
  ADMIN_EXISTS: 'Give the operator other secrets with: iama admin reset EMAIL',
  ADMIN_NOT_FOUND: 'See all operators with GET /api/v1/admin/accounts, as a super admin.',
  SETTING_UNKNOWN: 'See all settings with: iama admin config list',
  SETTING_REVISION_NOT_FOUND: 'See its revisions with: iama admin config history KEY',
  PERIOD_INVALID: 'Write the month as in: iama finance reconcile 2026-11',
  PERIOD_NOT_ENDED: 'A month is closed when it is over, in UTC.',
  PERIOD_OUT_OF_ORDER: 'Close the months one after the other.',
  CORRECTION_EXCEEDS_CHARGE: 'See what was charged, and taken back, with: iama audit job JOB',
  CHARGE_NOT_FOUND: 'See what was held and charged with: iama audit job JOB',
  PERIOD_OPEN: 'Close it first: iama finance close PERIOD',
  VERSION_UNKNOWN: 'Leave out --of-version, or name one that there is: each restatement is one more.',
  PREVIOUS_NOT_EXPORTED: 'Export the month before it, or the version before it, in the same format.',
  PROJECTION_NOT_LIVE: 'Start the server where it does not run, and try again.',
  LEDGER_BEHIND: 'Start the server where it does not run, and try again.',
  PAYMENT_UNAVAILABLE: 'The payment provider does not answer. Try again shortly.',
  LEDGER_INCOMPLETE: 'See what is held up with: iama dead-letters list',
  EXPORT_DIFFERS: 'See what was changed with: iama replay ledger-postings --diff',
  CHAIN_BROKEN: 'With --previous, name version 1 of the month before it, in the same format.',
  PAYMENT_NOT_CONFIGURED:
    'Name the key of Stripe with IAMA_STRIPE_KEY_FILE; where its stand-in was paid, start the server.',
  EVENT_FORM_UNKNOWN: 'Use the release that wrote the log, or a later one.',
  OWNER_REQUIRED: 'Name the role that owns the tables with IAMA_DATABASE_OWNER_URL.',
  MAIL_NOT_FOUND: 'See all mails with: iama mails',
  MAILS_NOT_KEPT: 'Look into the mailbox of whom they were sent to.',
  NO_LOG: 'Start the server on it first: iama server start',
  FILE_CHANGED: NOT_AS_SIGNED,
  FILE_MISSING: NOT_AS_SIGNED,
  MANIFEST_FORGED: NOT_AS_SIGNED,
  MANIFEST_UNREADABLE: NOT_AS_SIGNED,
  TOTALS_CONTRADICTED: NOT_AS_SIGNED,
  ENTRY_UNBALANCED: NOT_AS_SIGNED,
  ROWS_OUT_OF_ORDER: NOT_AS_SIGNED,
  ROW_UNREADABLE: NOT_AS_SIGNED,
  PROOF_INVALID: NOT_AS_SIGNED,
  TREE_HEAD_FORGED: NOT_AS_SIGNED,
  EXPORT_KEY_UNKNOWN: TRUST,
  TREE_KEY_UNKNOWN: TRUST,
  TREE_KEYS_UNREADABLE: TRUST,
};

export const GENERAL_HELP = 'See what it takes with: iama help';

/** What to do about a refusal with this code. */
export const nextStep = (code: string): string => NEXT[code] ?? GENERAL_HELP;

/** A file that the person named and that cannot be read or written, with the code that the executor uses too. */
const fileRefusal = (error: unknown): Rejection | null => {
  if (!(error instanceof Error && 'path' in error && 'code' in error && 'syscall' in error)) return null;
  const code = String(error.code);
  return ['ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'ENOTDIR', 'EROFS', 'ENOSPC'].includes(code)
    ? new Rejection(`FILE_${code}`, `${String(error.path)} cannot be read or written.`)
    : null;
};

/** What was refused for a reason that has a code; null: something went wrong. */
export const refusalOf = (error: unknown): Rejection | null => {
  if (isRejection(error)) return error;
  if (error instanceof EventFormUnknown) return new Rejection(error.code, `${error.message}.`);
  return fileRefusal(error) ?? missingOf(error);
};

/** Says what is wrong and what to do, with a stable code, and sets the exit code; with `--json` as one object too. */
export const run = async (json: boolean | undefined, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    const refusal = refusalOf(error);
    const reason = error instanceof Error ? (refusal ?? error).message : String(error);
    const code = refusal?.code ?? 'INTERNAL';
    process.stderr.write(`${printable(reason)} [${code}]\n${nextStep(code)}\n`);
    if (json === true) print(JSON.stringify({ code, reason }));
    fail(refusal === null ? FAILED : REFUSED);
  }
};
