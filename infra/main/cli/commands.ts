import type { Command } from 'commander';
import { isRejection } from '../../../domain/kernel/rejection.ts';
import { jobStory } from './job-story.ts';
import { withLog } from './open.ts';
import { replay, replayJson, replayTable } from './replay.ts';
import { storyTable } from './story-table.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const isMissingTable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '42P01';

/** Holds whatever code the program that registered us ends with. */
const fail = (): void => {
  process.once('exit', () => {
    process.exitCode = 1;
  });
};

/** Says what is wrong in one line and sets the exit code; an unknown error keeps its stack. */
const run = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    const text = isMissingTable(error)
      ? 'This database holds no log yet: start the server on it first.'
      : error instanceof Error
        ? error.message
        : String(error);
    process.stderr.write(`${isRejection(error) ? `${text} (${error.code})` : text}\n`);
    fail();
  }
};

/** `iama audit` and `iama replay` (OPS-06), on the database of `IAMA_DATABASE_URL` or of the data folder. */
export const registerServerCommands = (program: Command): void => {
  const audit = program.command('audit').description('look into the log of events');
  audit
    .command('job <id>')
    .description('print the whole story of a job from its events')
    .option('--json', 'one JSON object')
    .option('--lines', 'log lines and heartbeats too')
    .action((id: string, options: { json?: boolean; lines?: boolean }) =>
      run(() =>
        withLog(async ({ log }) => {
          const story = await jobStory(log, id, { withLines: options.lines === true });
          print(options.json === true ? JSON.stringify(story) : storyTable(story));
        }),
      ),
    );
  program
    .command('replay <projection>')
    .description('rebuild a read table ("all": every one) beside the live one and compare every row')
    .option('--diff', 'show rows that differ')
    .option('--json', 'one JSON array')
    .action((name: string, options: { diff?: boolean; json?: boolean }) =>
      run(() =>
        withLog(async (reading) => {
          const results = await replay(name, reading);
          print(options.json === true ? replayJson(results) : replayTable(results, options.diff === true));
          if (results.some(({ differingRows }) => differingRows > 0)) fail();
        }),
      ),
    );
};
