import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../../../domain/kernel/event-store.ts';
import { jobStream } from '../../../domain/refactoring/job/job.ts';
import { contextOf } from '../../event-store/contract/fixtures.ts';
import { openMemoryEventLog } from '../../event-store/memory/memory-event-log.ts';
import { jobBacklog, ownerBacklog, type Span } from './backlog.ts';
import type { Frame } from './frame.ts';
import { raiseAlert, warnOfBudget, writeLines } from './testing.ts';

const AT = '2026-11-21T00:00:00.000Z';
let memory: EventLog;
let read: number;
let log: EventLog;
/** Jobs as a read table would know them, up to `knownUpTo`. */
let owners: Map<string, string>;
let knownUpTo: bigint | null;
beforeEach(() => {
  memory = openMemoryEventLog();
  read = 0;
  owners = new Map();
  knownUpTo = null;
  log = {
    ...memory,
    async read(streamName, range) {
      const found = await memory.read<never>(streamName, range);
      read += found.events.length;
      return found;
    },
    async readLog(range) {
      const events = await memory.readLog(range);
      read += events.length;
      return events;
    },
  };
});

const request = async (ownerId: string): Promise<string> => {
  const jobId = randomUUID();
  const event = { type: 'JobRequested', data: { jobId, ownerId, at: AT } };
  await memory.append(
    [{ streamName: jobStream(jobId), events: [event], expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' }],
    { context: contextOf() },
  );
  owners.set(jobId, ownerId);
  return jobId;
};

const write = (jobId: string, ...lines: readonly string[]): Promise<void> => writeLines(memory, jobId, lines);

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);

const positions = async (frames: AsyncIterable<Frame>): Promise<bigint[]> => {
  const found: bigint[] = [];
  for await (const { position } of frames) found.push(position);
  return found;
};

const ofUser = (userId: string, span: Span): AsyncGenerator<Frame> =>
  ownerBacklog(
    {
      log,
      ownerOf: async (jobId) => owners.get(jobId) ?? null,
      ownedJobs: async () => {
        const upTo = knownUpTo ?? (await memory.head());
        const known = await memory.readLog({ after: 0n, to: upTo, limit: 10_000 });
        const jobs = known.filter(({ type, data }) => type === 'JobRequested' && data['ownerId'] === userId);
        return { jobIds: jobs.map(({ data }) => String(data['jobId'])), upTo };
      },
    },
    userId,
    span,
  );

/** What a walk over the whole log gives. */
const expected = async (jobs: readonly string[], span: Span): Promise<bigint[]> => {
  const all = await memory.readLog({ after: span.after, to: span.to, limit: 10_000 });
  return all
    .filter(({ data }) => jobs.includes(String(data['jobId'])))
    .map(({ metadata }) => metadata.globalPosition);
};

describe('the backlog of a job', { timeout: 30_000 }, () => {
  it('[ES-14] costs what was missed, not the whole story', async () => {
    const jobId = await request('u');
    await write(jobId, ...numbered(4_000));
    const head = await memory.head();
    expect(await positions(jobBacklog(log, jobId, { after: head - 3n, to: head }))).toEqual([
      head - 2n,
      head - 1n,
      head,
    ]);
    expect(read).toBeLessThan(200);
  });

  it('[ES-14] is complete from any position', async () => {
    const jobId = await request('u');
    const other = await request('u');
    for (let round = 0; round < 40; round += 1) {
      await write(jobId, ...numbered(round + 1));
      await write(other, 'between');
    }
    const to = (await memory.head()) - 5n;
    for (let after = 0n; after <= to; after += 13n) {
      const span = { after, to };
      expect(await positions(jobBacklog(log, jobId, span))).toEqual(await expected([jobId], span));
    }
  });
});

describe('the backlog of a user', { timeout: 30_000 }, () => {
  it('[JOB-06] costs what happened to the user’s own jobs, not what happened to everybody’s', async () => {
    const mine = [await request('me'), await request('me')];
    const stranger = await request('stranger');
    for (const jobId of mine) await write(jobId, 'early');
    const after = await memory.head();
    for (let round = 0; round < 4; round += 1) await write(stranger, ...numbered(2_000));
    for (const jobId of mine) await write(jobId, 'late', 'later');
    const span = { after, to: await memory.head() };
    const found = await positions(ofUser('me', span));
    expect(found).toEqual(await expected(mine, span));
    expect(found).toHaveLength(4);
    expect(read).toBeLessThan(500);
  });

  it('[ES-14] fails where the log does not reach the end that it is known to have: silence would be a gap', async () => {
    await request('me');
    const to = (await memory.head()) + 5n;
    await expect(positions(ofUser('me', { after: 0n, to }))).rejects.toThrow('was to reach 6');
  });

  it('[ES-14] holds the events of jobs that the read table does not know yet', async () => {
    const known = await request('me');
    const stranger = await request('stranger');
    await write(stranger, ...numbered(3_000));
    knownUpTo = await memory.head();
    const late = await request('me');
    await write(late, 'one');
    const after = await memory.head();
    for (let round = 0; round < 4; round += 1) await write(stranger, ...numbered(1_000));
    await write(known, 'two');
    await write(late, 'three');
    const to = await memory.head();
    for (const from of [0n, knownUpTo, after]) {
      const span = { after: from, to };
      expect(await positions(ofUser('me', span))).toEqual(await expected([known, late], span));
    }
  });

  it('[ES-14] merges any number of jobs by position', async () => {
    const mine = await Promise.all(Array.from({ length: 60 }, () => request('me')));
    const stranger = await request('stranger');
    for (let round = 0; round < 20; round += 1) {
      await write(stranger, ...numbered(450));
      for (const [index, jobId] of mine.entries())
        if ((index + round) % 7 === 0) await write(jobId, ...numbered(1 + (index % 3)));
    }
    const to = await memory.head();
    for (const after of [0n, 100n, to / 2n, to - 1n, to]) {
      const span = { after, to };
      expect(await positions(ofUser('me', span))).toEqual(await expected(mine, span));
    }
  });

  it('[BIL-10] holds the alerts of one’s own account, whether the log is walked or not', async () => {
    const mine = await request('me');
    await raiseAlert(memory, 'me');
    const alert = await memory.head();
    await raiseAlert(memory, 'stranger');
    await write(mine, 'one');
    const line = await memory.head();
    const few = { after: 0n, to: line };
    expect(await positions(ofUser('me', few))).toEqual([1n, alert, line]);
    await write(await request('stranger'), ...numbered(3_000));
    const many = { after: 0n, to: await memory.head() };
    expect(await positions(ofUser('me', many))).toEqual([1n, alert, line]);
    expect(await positions(jobBacklog(log, mine, many))).toEqual([1n, line]);
  });

  it('[BIL-08] holds what is told of the budget of a job', async () => {
    const mine = await request('me');
    await warnOfBudget(memory, mine, 'me');
    const to = await memory.head();
    expect(await positions(jobBacklog(log, mine, { after: 0n, to }))).toEqual([1n, to]);
    await write(await request('stranger'), ...numbered(3_000));
    const many = { after: 0n, to: await memory.head() };
    expect(await positions(ofUser('me', many))).toEqual([1n, to]);
  });

  it('[JOB-03] is empty for somebody without jobs, at the cost of asking', async () => {
    const stranger = await request('stranger');
    await write(stranger, ...numbered(4_000));
    expect(await positions(ofUser('me', { after: 0n, to: await memory.head() }))).toEqual([]);
    expect(read).toBe(0);
  });
});
