import { createHash, randomUUID } from 'node:crypto';
import type { EventLog, ExpectedVersion } from '../../domain/kernel/event-store.ts';
import type { MessageContext } from '../../domain/kernel/message.ts';
import type { PostgresEventLog } from '../../infra/event-store/postgres/postgres-event-log.ts';
import type { Pair, Workload } from './measure.ts';
import type { Stage } from './stage.ts';

/** About 390 bytes of JSON, of the size of our usual event. */
export const payload = (index: number) => ({
  jobId: '5f1b2c9e-3a57-4c1d-9d9e-0c6a51b7a001',
  file: `packages/example/src/module-${index % 1_000}/index.js`,
  strategy: 'balanced',
  stage: 'PATCHING',
  attempt: index % 5,
  lines: { added: 120, removed: 87 },
  message:
    'Convert the CommonJS exports of this module to named exports and infer the types of its parameters',
  hash: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00',
});

const context: MessageContext = {
  commandId: '00000000-0000-4000-8000-000000000001',
  correlationId: '00000000-0000-4000-8000-000000000002',
  causationId: '00000000-0000-4000-8000-000000000003',
  actor: { type: 'system', id: 'bench' },
};

const EVENTS_PER_STREAM = 10n;

/** Each worker fills its own streams, ten events each: every tenth append creates a stream. */
const ownStreams = () => {
  const current = new Map<number, { name: string; version: bigint }>();
  return (worker: number): { name: string; version: bigint } => {
    const last = current.get(worker);
    const next =
      last === undefined || last.version + 1n === EVENTS_PER_STREAM
        ? { name: `job-${randomUUID()}`, version: 0n }
        : { name: last.name, version: last.version + 1n };
    current.set(worker, next);
    return next;
  };
};

let counter = 0;
const nextEvent = () => ({ type: 'PatchProposed', data: payload(counter++) });

const RAW = `INSERT INTO raw_events (stream, version, id, type, schema_version, data, metadata)
             VALUES ($1, $2, $3, $4, $5, $6, $7)`;

const rawValues = (stream: string, version: bigint): unknown[] => {
  const { type, data } = nextEvent();
  return [stream, version, randomUUID(), type, 1, JSON.stringify(data), JSON.stringify(context)];
};

const rawQuery = (stream: string, version: bigint) => ({
  name: 'raw',
  text: RAW,
  values: rawValues(stream, version),
});

const raw = (stage: Stage, concurrency: number): Workload => {
  const stream = ownStreams();
  return {
    name: `raw_c${concurrency}`,
    concurrency,
    perform: (worker) => {
      const { name, version } = stream(worker);
      return stage.rawPool.query(rawQuery(name, version + 1n));
    },
  };
};

/** What a careful program without an event store would write: a transaction of three inserts. */
const transactionOfThree = (stage: Stage, concurrency: number): Workload => {
  const stream = ownStreams();
  return {
    name: `tx_c${concurrency}`,
    concurrency,
    perform: async (worker) => {
      const client = await stage.rawPool.connect();
      try {
        await client.query('BEGIN');
        for (let index = 0; index < 3; index++) {
          const { name, version } = stream(worker * 3 + index);
          await client.query(rawQuery(name, version + 1n));
        }
        await client.query('COMMIT');
      } finally {
        client.release();
      }
    },
  };
};

/** Of a body that the caller has hashed: that is not the store's work, and the floor does none of it. */
const BODY_HASH = createHash('sha256').update('body').digest('hex');
const idempotency = () => ({ key: randomUUID(), bodyHash: BODY_HASH, result: '{"accepted":true}' });

const append = (log: EventLog, name: string, expectedStreamVersion: ExpectedVersion, keyed: boolean) =>
  log.append([{ streamName: name, expectedStreamVersion, events: [nextEvent()] }], {
    context,
    ...(keyed ? { idempotency: idempotency() } : {}),
  });

const ours = (
  name: string,
  stage: Stage,
  log: PostgresEventLog,
  concurrency: number,
  keyed = false,
): Workload => {
  const stream = ownStreams();
  return {
    name: `${name}_c${concurrency}`,
    concurrency,
    prepare: () => stage.lead(log),
    settle: () => settle(log),
    perform: (worker) => {
      const next = stream(worker);
      return append(log, next.name, next.version, keyed);
    },
  };
};

const hotStream = (stage: Stage, concurrency: number): Workload => {
  const log = stage.coalesced;
  const name = `hot-${randomUUID()}`;
  return {
    name: `hot_c${concurrency}`,
    concurrency,
    prepare: () => stage.lead(log),
    settle: () => settle(log),
    perform: () => append(log, name, 'NO_CONCURRENCY_CHECK', false),
  };
};

const threeStreams = (stage: Stage, concurrency: number): Workload => {
  const log = stage.coalesced;
  const stream = ownStreams();
  return {
    name: `multi_c${concurrency}`,
    concurrency,
    prepare: () => stage.lead(log),
    settle: () => settle(log),
    perform: (worker) =>
      log.append(
        [0, 1, 2].map((index) => {
          const { name, version } = stream(worker * 3 + index);
          return { streamName: name, expectedStreamVersion: version, events: [nextEvent()] };
        }),
        { context },
      ),
  };
};

const emmett = (stage: Stage, concurrency: number): Workload => {
  const stream = ownStreams();
  return {
    name: `emmett_c${concurrency}`,
    concurrency,
    perform: (worker) => {
      const { name, version } = stream(worker);
      return stage.emmett.appendToStream(name, [nextEvent()], {
        expectedStreamVersion: version === 0n ? 'STREAM_DOES_NOT_EXIST' : version,
      });
    },
  };
};

/** Returns once everything appended before has its position. */
export const settle = async (log: EventLog): Promise<void> => {
  const name = `settle-${randomUUID()}`;
  await append(log, name, 'STREAM_DOES_NOT_EXIST', false);
  for (;;) {
    const { events } = await log.read(name);
    const position = events[0]?.metadata.globalPosition ?? null;
    if (position !== null) return;
    await log.waitFor(await log.head(), 100);
  }
};

export const appendOne = (log: EventLog, name: string, version: bigint) => append(log, name, version, false);

export const coalescedWorkload = (stage: Stage, concurrency: number): Workload =>
  ours('coalesced', stage, stage.coalesced, concurrency);

/** What the bench answers for, each against its floor. Higher is better. */
export const pairs = (stage: Stage): Pair[] => {
  const rawOf16 = raw(stage, 16);
  const rawOf64 = raw(stage, 64);
  const appendOf16 = ours('append', stage, stage.single, 16);
  const coalescedOf64 = coalescedWorkload(stage, 64);
  return [
    { key: 'append_vs_raw_c1', of: ours('append', stage, stage.single, 1), to: raw(stage, 1) },
    { key: 'append_vs_raw_c16', of: appendOf16, to: rawOf16 },
    { key: 'append_key_vs_raw_c16', of: ours('append_key', stage, stage.single, 16, true), to: rawOf16 },
    { key: 'coalesced_vs_raw_c16', of: coalescedWorkload(stage, 16), to: rawOf16 },
    { key: 'coalesced_vs_raw_c64', of: coalescedOf64, to: rawOf64 },
    {
      key: 'coalesced_key_vs_raw_c64',
      of: ours('coalesced_key', stage, stage.coalesced, 64, true),
      to: rawOf64,
    },
    { key: 'hot_stream_vs_raw_c64', of: hotStream(stage, 64), to: rawOf64 },
    { key: 'multi_stream_vs_tx_c16', of: threeStreams(stage, 16), to: transactionOfThree(stage, 16) },
    { key: 'append_vs_emmett_c16', of: appendOf16, to: emmett(stage, 16) },
    { key: 'coalesced_vs_emmett_c64', of: coalescedOf64, to: emmett(stage, 64) },
  ];
};
