import type { Command } from 'commander';
import { count } from './count.ts';
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
import { withLog } from './open.ts';
import { print, run } from './running.ts';

type ListOptions = Readonly<{ json?: boolean; subscription?: string; status?: string; limit: number }>;
type DecisionOptions = Readonly<{ json?: boolean; reason: string }>;

/** `iama dead-letters` (ES-11). */
export const registerDeadLetterCommands = (program: Command): void => {
  const letters = program
    .command('dead-letters')
    .description('events that could not be processed and hold up what follows them');
  letters
    .command('list')
    .description('what holds something up, newest first')
    .option('--subscription <id>', 'of one subscription only')
    .option('--status <status>', 'retrying, parked, skipped or resolved')
    .option('--limit <n>', 'at most so many', count, 100)
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
