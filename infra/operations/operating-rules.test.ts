import { expect, it } from 'vitest';
import { openMemoryEventLog } from '../event-store/memory/memory-event-log.ts';
import { liveRules } from './operating-rules.ts';

it('[OPS-04] [JOB-09] holds nothing back where spending was never halted, however early its time is said to have come', async () => {
  const rules = liveRules(openMemoryEventLog());
  const [since, due] = [-1, 480].map((seconds) => new Date(Date.now() + seconds * 1_000).toISOString());
  expect(await rules.haltedBefore('ada', since ?? '', due ?? '')).toBe(0);
});
