import { type Command, InvalidArgumentError } from 'commander';
import { type Reading, withLog } from './open.ts';
import { changes, halts, restoreSetting, setSetting, settings, switchHalt, type View } from './rules.ts';
import { print, run } from './running.ts';

type HaltOptions = Readonly<{ user?: string; reason: string; json?: boolean }>;
type ReasonOptions = Readonly<{ reason: string; json?: boolean }>;

const revisionOf = (text: string): number => {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('the number of a revision is expected');
  return Number(text);
};

/** Does what there is to do, then shows the view as the log tells it now. */
const showAfter = <T>(
  json: boolean | undefined,
  view: View<T>,
  work: (reading: Reading) => Promise<void> = async () => undefined,
): Promise<void> =>
  run(json, () =>
    withLog(async (reading) => {
      await work(reading);
      const found = await view.find(reading);
      print(json === true ? JSON.stringify(found) : view.table(found));
    }),
  );

/** `iama admin halt|release|halts` (OPS-04) and `iama admin config` (OPS-03), on the machine itself. */
export const registerRuleCommands = (admin: Command): void => {
  const halting = (name: 'halt' | 'release', description: string): Command =>
    admin
      .command(name)
      .description(description)
      .option('--user <id>', 'of one person only')
      .requiredOption('--reason <text>', 'why, for the log')
      .option('--json', 'all halts as one JSON array')
      .action(({ json, ...given }: HaltOptions) =>
        showAfter(json, halts, (reading) => switchHalt(reading, { ...given, halted: name === 'halt' })),
      );
  halting('halt', 'stop new jobs and all questions to models at once');
  halting('release', 'let them go on');
  admin
    .command('halts')
    .description('what is halted now')
    .option('--json', 'one JSON array')
    .action(({ json }: { json?: boolean }) => showAfter(json, halts));
  const config = admin.command('config').description('settings that count from the next job on');
  config
    .command('list')
    .description('all settings as they are now')
    .option('--json', 'one JSON array')
    .action(({ json }: { json?: boolean }) => showAfter(json, settings));
  config
    .command('history <key>')
    .description('all changes of a setting')
    .option('--json', 'one JSON array')
    .action((key: string, { json }: { json?: boolean }) => showAfter(json, changes(key)));
  const changing = (name: string, description: string): Command =>
    config
      .command(name)
      .description(description)
      .requiredOption('--reason <text>', 'why, for the log')
      .option('--json', 'all its changes as one JSON array');
  changing('set <key> <value>', 'change a setting; the value is JSON').action(
    (key: string, value: string, { json, reason }: ReasonOptions) =>
      showAfter(json, changes(key), (reading) => setSetting(reading, key, value, reason)),
  );
  changing('rollback <key>', 'give a setting the value of an earlier revision')
    .requiredOption('--to <revision>', '0: the value from before all changes', revisionOf)
    .action((key: string, { json, reason, to }: ReasonOptions & { to: number }) =>
      showAfter(json, changes(key), (reading) => restoreSetting(reading, key, to, reason)),
    );
};
