import { type Command, InvalidArgumentError } from 'commander';
import { withLog } from './open.ts';
import {
  changesTable,
  currentHalts,
  haltsTable,
  restoreSetting,
  setSetting,
  settingChanges,
  settingsTable,
  shownSettings,
  switchHalt,
} from './rules.ts';
import { print, run } from './running.ts';

type HaltOptions = Readonly<{ user?: string; reason: string; json?: boolean }>;
type ReasonOptions = Readonly<{ reason: string; json?: boolean }>;

const revisionOf = (text: string): number => {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('the number of a revision is expected');
  return Number(text);
};

/** `iama admin halt|release|halts` (OPS-04) and `iama admin config` (OPS-03), on the machine itself. */
export const registerRuleCommands = (admin: Command): void => {
  const shownAs = <T>(json: boolean | undefined, found: T, text: (found: T) => string): void =>
    print(json === true ? JSON.stringify(found) : text(found));
  const halting = (name: 'halt' | 'release', description: string): Command =>
    admin
      .command(name)
      .description(description)
      .option('--user <id>', 'of one person only')
      .requiredOption('--reason <text>', 'why, for the log')
      .option('--json', 'all halts as one JSON array')
      .action(({ json, ...given }: HaltOptions) =>
        run(json, () =>
          withLog(async (reading) => {
            await switchHalt(reading, { ...given, halted: name === 'halt' });
            shownAs(json, await currentHalts(reading), haltsTable);
          }),
        ),
      );
  halting('halt', 'stop new jobs and all questions to models at once');
  halting('release', 'let them go on');
  admin
    .command('halts')
    .description('what is halted now')
    .option('--json', 'one JSON array')
    .action(({ json }: { json?: boolean }) =>
      run(json, () => withLog(async (reading) => shownAs(json, await currentHalts(reading), haltsTable))),
    );
  const config = admin.command('config').description('settings that count from the next job on');
  config
    .command('list')
    .description('all settings as they are now')
    .option('--json', 'one JSON array')
    .action(({ json }: { json?: boolean }) =>
      run(json, () => withLog(async (reading) => shownAs(json, await shownSettings(reading), settingsTable))),
    );
  config
    .command('history <key>')
    .description('all changes of a setting')
    .option('--json', 'one JSON array')
    .action((key: string, { json }: { json?: boolean }) =>
      run(json, () =>
        withLog(async (reading) => shownAs(json, await settingChanges(reading, key), changesTable)),
      ),
    );
  const changing = (name: string, description: string): Command =>
    config
      .command(name)
      .description(description)
      .requiredOption('--reason <text>', 'why, for the log')
      .option('--json', 'all its changes as one JSON array');
  changing('set <key> <value>', 'change a setting; the value is JSON').action(
    (key: string, value: string, { json, reason }: ReasonOptions) =>
      run(json, () =>
        withLog(async (reading) => {
          await setSetting(reading, key, value, reason);
          shownAs(json, await settingChanges(reading, key), changesTable);
        }),
      ),
  );
  changing('rollback <key>', 'give a setting the value of an earlier revision')
    .requiredOption('--to <revision>', '0: the value from before all changes', revisionOf)
    .action((key: string, { json, reason, to }: ReasonOptions & { to: number }) =>
      run(json, () =>
        withLog(async (reading) => {
          await restoreSetting(reading, key, to, reason);
          shownAs(json, await settingChanges(reading, key), changesTable);
        }),
      ),
    );
};
