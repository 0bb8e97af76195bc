import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { recorded } from '../../domain/kernel/history.ts';
import { processManagerSpecification } from '../../domain/kernel/process-manager.ts';
import type { TicketOpened } from '../../domain/operations/ticket.ts';
import { sendTicketReactor } from './send-ticket.reactor.ts';
import { ticketForwarding } from './ticket-forwarding.ts';

const data: TicketOpened['data'] = {
  ticketId: 't',
  userId: 'ada',
  category: 'JOB',
  client: 'CLI',
  system: 'LINUX',
  clientVersion: '0.1.0',
  job: { jobId: 'j', status: 'FAILED', failureClass: 'INFRA_FAILURE' },
  context: { artifactId: 'a', expiresAt: '2026-12-05T10:00:00.000Z', cutOut: 1 },
  at: '2026-11-21T10:00:00.000Z',
};
const context = {
  signal: new AbortController().signal,
  idempotencyKey: 'k',
  attempt: 1,
  cause: { messageId: 'm', correlationId: 'c', position: 1n },
};
const run = async (wordsOf: () => Promise<string | null>, isMailed = true): Promise<string[]> => {
  const sent: string[] = [];
  const send = async ({ text }: Readonly<{ text: string }>): Promise<void> => void sent.push(text);
  const reactor = sendTicketReactor({ send: isMailed ? send : null, wordsOf });
  expect(await reactor.run({ type: 'SendTicket', data }, context)).toEqual([]);
  return sent;
};

describe('the mail about a ticket', () => {
  it('[OPS-07] is asked for once', () => {
    processManagerSpecification(ticketForwarding, deepStrictEqual)()
      .when(recorded({ type: 'TicketOpened', data }))
      .then({ kind: 'effect', key: 'mail', effect: { type: 'SendTicket', data } });
  });

  it('[OPS-07] goes nowhere without an address, and without words once these are deleted', async () => {
    expect(await run(async () => 'words', false)).toEqual([]);
    const [deleted] = await run(async () => null);
    expect(deleted).toContain('sent with consent, 1 lines cut out');
    const [whole] = await run(async () => 'It broke.');
    for (const part of ['j, FAILED', 'INFRA_FAILURE', 'CLI 0.1.0 on LINUX', '\n\nIt broke.'])
      expect(whole).toContain(part);
  });
});
