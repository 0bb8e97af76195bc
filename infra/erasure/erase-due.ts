import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { eraseSubject } from '../../commands/identity/erase-subject.ts';
import type { ChargeServices, ErasureServices } from '../../commands/identity/services.ts';
import { execute } from '../../commands/kernel/execute.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';

/** Erases who deleted their account long enough ago (ID-12). Answers how many; what fails is tried at the next time. */
export const eraseDue = async (
  parts: Readonly<{
    pool: Pick<Pool, 'query'>;
    log: StreamStore;
    services: ErasureServices & ChargeServices;
  }>,
  now: Date,
): Promise<number> => {
  const { rows } = await parts.pool.query<{ user_id: string }>(
    'select user_id from read.users where erase_after <= $1 and erased_at is null',
    [now.toISOString()],
  );
  for (const { user_id: userId } of rows) {
    const id = randomUUID();
    const context = {
      commandId: id,
      correlationId: id,
      causationId: id,
      actor: { type: 'system', id: 'erasure' } as const,
    };
    const command = { type: 'EraseSubject', data: { userId, at: now.toISOString() } } as const;
    await execute(eraseSubject, command, parts.log, parts.services, { context });
  }
  return rows.length;
};
