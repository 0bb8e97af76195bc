import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { accountStream } from '../../domain/billing/account.ts';
import type { SnapshotStore } from '../../domain/kernel/event-store.ts';
import { SHORT } from '../../domain/kernel/fold-stream.ts';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { tierOf } from './tickets.ts';

it('[OPS-07] [BIL-04] the tier that a ticket asks for is read from the snapshot of a long account', async () => {
  const log = openMemoryEventLog();
  const id = randomUUID();
  const actor = { type: 'system', id: 'test' } as const;
  const at = '2026-11-21T10:00:00.000Z';
  const events = Array.from({ length: SHORT + 1 }, (_, n) => ({
    type: 'TierAssigned',
    data: { userId: 'ada', tier: n < SHORT ? 'PRO' : 'ENTERPRISE', reason: 'sold', at },
  }));
  const streamName = accountStream('ada');
  const context = { commandId: id, correlationId: id, causationId: id, actor };
  await log.append([{ streamName, events, expectedStreamVersion: 0n }], { context });
  const kept: string[] = [];
  const snapshots: SnapshotStore = {
    find: async () => null,
    keep: async (name, _form, { version }) => void kept.push(`${name} ${version}`),
  };
  expect(await tierOf({ read: log.read, snapshots }, 'ada')).toBe('ENTERPRISE');
  expect(kept).toEqual([`${streamName} ${SHORT + 1}`]);
});
