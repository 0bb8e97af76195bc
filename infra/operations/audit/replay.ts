import type { ClientConfig } from 'pg';
import type { LogReader } from '../../../domain/kernel/event-store.ts';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { projections } from '../../../projections/index.ts';
import type { ReplayAnswer } from '../../../read-api/kernel/audit.ts';
import { openSession } from '../../postgres/pool.ts';
import { type ReplayResult, replayProjection } from '../../runtime/projection-replay.ts';

/** Rebuilds one read table, or with `all` every one, beside the live ones. Throws `Rejection` PROJECTION_UNKNOWN or PROJECTION_NOT_LIVE. */
export const replay = async (
  name: string,
  { log, client: config }: Readonly<{ log: LogReader; client: ClientConfig }>,
): Promise<readonly ReplayResult[]> => {
  const chosen = projections.filter(
    (projection) => name === 'all' || projection.name === name || projection.table === name,
  );
  if (chosen.length === 0)
    throw new Rejection(
      'PROJECTION_UNKNOWN',
      `There is no projection ${name}. Known: all, ${projections.map((known) => known.name).join(', ')}.`,
    );
  const connect = () => openSession(config);
  const results: ReplayResult[] = [];
  for (const projection of chosen) results.push(await replayProjection(projection, { connect, log }));
  return results;
};

/** As on the wire; JSON has no bigint, so positions are numbers. */
export const replayAnswer = (result: ReplayResult): ReplayAnswer => ({
  projection: result.projection,
  revision: result.revision,
  position: Number(result.position),
  rows_live: result.rowsLive,
  rows_rebuilt: result.rowsRebuilt,
  differing_rows: result.differingRows,
  examples: result.examples,
});
