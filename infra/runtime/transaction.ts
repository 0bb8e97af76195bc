import type { Pool, PoolClient } from 'pg';
import { isTransient } from './transient-errors.ts';

/**
 * Runs `work` between BEGIN and whatever it ends with (it must COMMIT itself, in one statement with its fence); on a throw
 * rolls back. The session is ended by the server after `idleInTransactionMs` of silence, so that a paused process
 * cannot keep row locks that its successor needs. `pool`: of `createPool`, which hears of sessions that end between two statements.
 */
export const inOpenTransaction = async <T>(
  pool: Pool,
  idleInTransactionMs: number,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect();
  let isBroken = false;
  try {
    await client.query(
      `begin; set local idle_in_transaction_session_timeout = ${Math.trunc(idleInTransactionMs)}`,
    );
    return await work(client);
  } catch (error) {
    isBroken = isTransient(error) || !(await isRolledBack(client));
    throw error;
  } finally {
    client.release(isBroken);
  }
};

const isRolledBack = async (client: PoolClient): Promise<boolean> => {
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
};

/** The usual case: commits when `work` resolves. */
export const inTransaction = <T>(
  pool: Pool,
  idleInTransactionMs: number,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> =>
  inOpenTransaction(pool, idleInTransactionMs, async (client) => {
    const result = await work(client);
    await client.query('commit');
    return result;
  });
