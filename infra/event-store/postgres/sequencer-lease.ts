import type { ClientBase } from 'pg';

/** Milliseconds after which a silent leader is replaced. */
export const LEASE_MS = 3_000;
export const HEARTBEAT_MS = 1_000;

/** Takes the lease if it is free or ours; the fence grows with every change of holder. Null: someone else leads. */
export const acquireLease = async (client: ClientBase, holder: string): Promise<bigint | null> => {
  const { rows } = await client.query<{ fence: string }>({
    name: 'lease-acquire',
    text: `UPDATE sequencer_lease
              SET fence = fence + 1, holder = $1, expires_at = clock_timestamp() + $2 * interval '1 millisecond'
            WHERE expires_at < clock_timestamp() OR holder = $1
        RETURNING fence::text AS fence`,
    values: [holder, LEASE_MS],
  });
  const [row] = rows;
  return row === undefined ? null : BigInt(row.fence);
};

/** False when the lease was lost. */
export const renewLease = async (client: ClientBase, fence: bigint): Promise<boolean> => {
  const { rowCount } = await client.query({
    name: 'lease-renew',
    text: `UPDATE sequencer_lease SET expires_at = clock_timestamp() + $2 * interval '1 millisecond' WHERE fence = $1`,
    values: [fence, LEASE_MS],
  });
  return rowCount === 1;
};

export const releaseLease = async (client: ClientBase, fence: bigint): Promise<void> => {
  await client.query({
    name: 'lease-release',
    text: `UPDATE sequencer_lease SET expires_at = '-infinity' WHERE fence = $1`,
    values: [fence],
  });
};
