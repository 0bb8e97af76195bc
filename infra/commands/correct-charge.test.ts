import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { correctCharge } from '../../commands/billing/correct-charge.ts';
import { execute } from '../../commands/kernel/execute.ts';
import { REMEMBERED } from '../../domain/billing/account/state.ts';
import { accountStream } from '../../domain/billing/account.ts';
import { credits } from '../../domain/billing/credits.ts';
import { at, held, monthly, posted } from '../../domain/billing/testing/account-story.ts';
import type { MessageContext } from '../../domain/kernel/message.ts';
import { TIERS } from '../../domain/kernel/tiers.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';

const context = (): MessageContext => {
  const id = randomUUID();
  return { commandId: id, correlationId: id, causationId: id, actor: { type: 'system', id: 'test' } };
};

describe('the correction of a charge', () => {
  it('[BIL-11] finds it however many jobs were charged since, and takes no more back than stands of it', async () => {
    const store = openMemoryEventLog();
    const jobs = Array.from({ length: REMEMBERED + 1 }, (_, index) => `j${index}`);
    const events = [monthly(5_000, 'PRO'), ...jobs.flatMap((job) => [held(job, 10), posted(job, 10)])];
    await store.append(
      [{ streamName: accountStream('u'), events, expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' }],
      {
        context: context(),
      },
    );
    const correct = (correctionId: string, microCredits: number | null) => {
      const data = { userId: 'u', jobId: 'j0', correctionId, microCredits, reason: 'ticket 12', at };
      const services = { tiers: async () => TIERS };
      const command = { type: 'CorrectCharge', data } as const;
      return execute(correctCharge, command, store, services, { context: context() });
    };
    expect(await correct('c', credits(4))).toMatchObject({
      answer: { micro_credits: credits(4), left: credits(6) },
    });
    expect(await correct('d', null)).toMatchObject({ answer: { micro_credits: credits(6), left: 0 } });
    await expect(correct('e', 1)).rejects.toMatchObject({ code: 'CORRECTION_EXCEEDS_CHARGE' });
  });
});
