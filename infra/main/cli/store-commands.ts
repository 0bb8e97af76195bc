import type { Command } from 'commander';
import type { Pool } from 'pg';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { hasCode } from '../../error-code.ts';
import { type Reseated, reseat } from '../../event-store/postgres/reseat.ts';
import { withOwner } from './open.ts';

/** How the program that registers us speaks and ends. */
type Program = Readonly<{
  print: (text: string) => void;
  run: (json: boolean | undefined, work: () => Promise<void>) => Promise<void>;
}>;

/** Of the database: insufficient_privilege. */
const FORBIDDEN = '42501';

const reseatAsOwner = async (owner: Pool): Promise<Reseated> => {
  try {
    return await reseat(owner);
  } catch (error) {
    if (hasCode(error, FORBIDDEN))
      throw new Rejection('OWNER_REQUIRED', 'Only the owner of the tables may do this.');
    throw error;
  }
};

/** `iama store`: what only the owner of the database may do about the log (ES-05). */
export const registerStoreCommands = (program: Command, { print, run }: Program): void => {
  program
    .command('store')
    .description('the tables that hold the log')
    .command('reseat')
    .description('let a log that was restored from another server go on here')
    .option('--json', 'one JSON object')
    .action(({ json }: { json?: boolean }) =>
      run(json, () =>
        withOwner(async (owner) => {
          const { head, numbered } = await reseatAsOwner(owner);
          print(
            json === true
              ? JSON.stringify({ head: Number(head), numbered })
              : `The log goes on after position ${head}. Events that had no position yet: ${numbered}.`,
          );
        }),
      ),
    );
};
