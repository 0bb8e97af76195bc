import type { Pool, PoolClient } from 'pg';
import { isTransient } from './transient-errors.ts';

/**
 * Runs `work` between BEGIN and whatever it ends with (it must COMMIT itself, in one statement with its fence); on a throw
 * rolls back. The session is ended by the server after `idleInTransactionMs` of silence, so that a paused process
 * cannot keep row locks that its successor needs.
 */
export const inOpenTransaction = async <T>(
  pool: Pool,
  idleInTransactionMs: number,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A checked-out client without a listener would end the process when the server closes its session.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query(
      `begin; set local idle_in_transaction_session_timeout = ${Math.trunc(idleInTransactionMs)}`,
    );
    return await work(client);
  } catch (error) {
    if (isTransient(error)) broken ??= error instanceof Error ? error : new Error(String(error));
    else await client.query('rollback').catch((cause: Error) => onError(cause));
    throw error;
  } finally {
    client.removeListener('error', onError);
    client.release(broken);
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
