import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import type { Snapshot, SnapshotStore } from '../../domain/kernel/event-store.ts';

type Row = Readonly<{ version: string; event_id: string; state: string; mac: Buffer }>;

const FIND =
  'SELECT version::text, event_id, state, mac FROM decider_snapshots WHERE stream = $1 AND form = $2';
const KEEP = `
INSERT INTO decider_snapshots (stream, form, version, event_id, state, mac) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (stream) DO UPDATE SET form = excluded.form, version = excluded.version,
       event_id = excluded.event_id, state = excluded.state, mac = excluded.mac`;
export const FORGET = 'DELETE FROM decider_snapshots WHERE stream = $1';

/**
 * States of deciders in a table of their own, one a stream, the one written last. Each is sealed under a key that is not in
 * the database, with the stream, the version, the event and the form that it belongs to: what anybody else wrote is none.
 */
export const postgresSnapshots = (pool: Pick<Pool, 'query'>, master: Uint8Array): SnapshotStore => {
  const key = Buffer.from(hkdfSync('sha256', master, '', 'iama snapshots v1', 32));
  const macOf = (...sealed: readonly string[]): Buffer =>
    createHmac('sha256', key).update(JSON.stringify(sealed)).digest();
  return {
    async find(streamName, form): Promise<Snapshot | null> {
      const [row] = (await pool.query<Row>(FIND, [streamName, form])).rows;
      if (row === undefined) return null;
      const { version, event_id: eventId, state, mac } = row;
      const expected = macOf(streamName, form, version, eventId, state);
      if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return null;
      return { version: BigInt(version), eventId, state: JSON.parse(state) };
    },
    async keep(streamName, form, { version, eventId, state }) {
      const [at, text] = [version.toString(), JSON.stringify(state)];
      const mac = macOf(streamName, form, at, eventId, text);
      await pool.query(KEEP, [streamName, form, at, eventId, text, mac]);
    },
  };
};
