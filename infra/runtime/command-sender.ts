import type { Pool } from 'pg';
import { IdempotencyKeyReused } from '../../domain/kernel/event-store.ts';
import type { Command, MessageContext } from '../../domain/kernel/message.ts';
import type { CommandBus } from '../../domain/kernel/reactor.ts';
import { isRejection } from '../../domain/kernel/rejection.ts';
import type { Report } from './subscription.ts';

export type SystemCommand = Readonly<{ idempotencyKey: string; command: Command; context: MessageContext }>;

/**
 * Sends commands of the system. Resolves when the command is settled: decided, decided before, or refused by its decider
 * or for a key that something else holds (kept in `runtime.rejected_commands`). Throws what may pass, to be tried again.
 */
export const commandSender =
  (bus: CommandBus, pool: Pool, report: Report) =>
  async ({ idempotencyKey, command, context }: SystemCommand): Promise<void> => {
    try {
      await bus.dispatch(command, { context, idempotencyKey });
    } catch (error) {
      const isReused = error instanceof IdempotencyKeyReused;
      if (!isReused && !isRejection(error)) throw error;
      // Under its own key an earlier run of the same effect answered first, with another body: that answer counts.
      if (isReused && error.key === idempotencyKey)
        return report('info', 'a command was answered before', {
          type: command.type,
          idempotencyKey,
          correlationId: context.correlationId,
        });
      // Any other used key means that two things share a name that should tell them apart: one of them is lost here.
      report(isReused ? 'error' : 'warn', 'a command of the system was refused', {
        type: command.type,
        code: error.code,
        source: context.actor.id,
        correlationId: context.correlationId,
      });
      await pool.query(
        `insert into runtime.rejected_commands (idempotency_key, source, command, code, message)
         values ($1, $2, $3, $4, $5) on conflict do nothing`,
        [idempotencyKey, context.actor.id, JSON.stringify(command), error.code, error.message],
      );
    }
  };

export type SendCommand = ReturnType<typeof commandSender>;
