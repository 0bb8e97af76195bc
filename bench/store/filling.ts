import type { Stage } from './stage.ts';
import { payload, settle } from './workloads.ts';

const BLOCK = 100_000;

/**
 * Brings the log to `total` events by inserting on the server, in blocks that the sequencer numbers in between. As the
 * workloads do: ten to a stream, 64 streams growing at a time.
 */
export const fillTo = async (stage: Stage, total: number, note: (text: string) => void): Promise<void> => {
  const data = JSON.stringify(payload(1));
  const metadata = JSON.stringify({
    commandId: '00000000-0000-4000-8000-000000000001',
    correlationId: '00000000-0000-4000-8000-000000000002',
    causationId: '00000000-0000-4000-8000-000000000003',
    actor: { type: 'system', id: 'bench' },
  });
  for (let have = Number(await stage.coalesced.head()); have < total; ) {
    const count = Math.min(BLOCK, total - have);
    await stage.owner.query(
      `WITH made AS MATERIALIZED (SELECT g, 'fill-' || gen_random_uuid() AS stream FROM generate_series(0, ($1::int - 1) / 10) AS g)
       INSERT INTO events (stream, version, id, type, schema_version, data, metadata)
       SELECT m.stream, v, gen_random_uuid(), 'PatchProposed', 1, $2::json, $3::json
         FROM made m, generate_series(1, 10) AS v WHERE m.g * 10 + v <= $1 ORDER BY m.g / 64, v, m.g`,
      [count, data, metadata],
    );
    await settle(stage.coalesced);
    have = Number(await stage.coalesced.head());
    if (have % 1_000_000 < BLOCK) note(`${have} events in the log`);
  }
  // What autovacuum would do within minutes of such a load.
  await stage.owner.query('VACUUM ANALYZE events');
  await stage.owner.query('VACUUM ANALYZE event_log');
};
