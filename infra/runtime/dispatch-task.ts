import type { Pool } from 'pg';
import type { Command, MessageContext } from '../../domain/kernel/message.ts';
import type { SendCommand } from './command-sender.ts';
import type { DispatchJob } from './process-subscription.ts';
import { inTransaction } from './transaction.ts';

type NextCommand = Readonly<{
  position: string;
  output: number;
  idempotency_key: string;
  command: Command;
  context: MessageContext;
}>;

/**
 * Sends the waiting commands of one instance, oldest first. The row stays locked while its command is decided: a second
 * run of the job waits and then sees the next one, so commands of an instance are never sent out of order. A crash
 * before the deletion sends the same command again under the same key. `onNext` hears what each belongs to before it is sent.
 */
export const dispatchTask =
  (pool: Pool, send: SendCommand, idleInTransactionMs: number) =>
  async (job: DispatchJob, onNext: (context: MessageContext) => void = () => undefined) => {
    for (;;) {
      const sent = await inTransaction(pool, idleInTransactionMs, async (client) => {
        const { rows } = await client.query<NextCommand>(
          `select position, output, idempotency_key, command, context from runtime.process_commands
         where manager = $1 and instance = $2 order by position, output limit 1 for update`,
          [job.manager, job.instance],
        );
        const next = rows[0];
        if (next === undefined) return false;
        onNext(next.context);
        await send({ idempotencyKey: next.idempotency_key, command: next.command, context: next.context });
        await client.query(
          `delete from runtime.process_commands
         where manager = $1 and instance = $2 and position = $3 and output = $4`,
          [job.manager, job.instance, next.position, next.output],
        );
        return true;
      });
      if (!sent) return;
    }
  };
