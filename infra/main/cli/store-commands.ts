import type { Command } from 'commander';
import type { Pool } from 'pg';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { hasCode } from '../../error-code.ts';
import { type Reseated, reseat } from '../../event-store/postgres/reseat.ts';
import { withOwner } from './open.ts';
import { print, run } from './running.ts';

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
export const registerStoreCommands = (program: Command): void => {
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
