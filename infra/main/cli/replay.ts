import pg from 'pg';
import { Rejection } from '../../../domain/kernel/rejection.ts';
import { projections } from '../../../projections/index.ts';
import { clientConfig } from '../../postgres/pool.ts';
import { type ReplayResult, replayProjection } from '../../runtime/projection-replay.ts';
import type { Reading } from './open.ts';
import { table } from './story-table.ts';

/** Rebuilds one table, or all of them, beside the live ones. Throws `Rejection` PROJECTION_UNKNOWN or PROJECTION_NOT_LIVE. */
export const replay = async (
  name: string,
  { log, connectionString }: Reading,
): Promise<readonly ReplayResult[]> => {
  const chosen = projections.filter(
    (projection) => name === 'all' || projection.name === name || projection.table === name,
  );
  if (chosen.length === 0)
    throw new Rejection(
      'PROJECTION_UNKNOWN',
      `There is no projection ${name}. Known: all, ${projections.map((known) => known.name).join(', ')}.`,
    );
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(clientConfig({ connectionString, statementTimeoutMs: 0 }));
    await client.connect();
    return client;
  };
  const results: ReplayResult[] = [];
  for (const projection of chosen) results.push(await replayProjection(projection, { connect, log }));
  return results;
};

export const replayTable = (results: readonly ReplayResult[], withDifferences: boolean): string => {
  const rows = results.map((result) => [
    result.projection,
    String(result.revision),
    String(result.position),
    String(result.rowsLive),
    String(result.rowsRebuilt),
    String(result.differingRows),
  ]);
  const header = ['projection', 'revision', 'position', 'rows live', 'rows rebuilt', 'differing rows'];
  const differences = results.flatMap(({ projection, examples }) =>
    examples.map(
      ({ key, live, rebuilt }) => `\n${projection} ${key}\n  live    ${live}\n  rebuilt ${rebuilt}`,
    ),
  );
  const differing = results.reduce((sum, { differingRows }) => sum + differingRows, 0);
  const sum = `${results.length} rebuilt and compared, ${differing} differing ${differing === 1 ? 'row' : 'rows'}`;
  return [table(header, rows), ...(withDifferences ? differences : []), '', sum].join('\n');
};

/** In the snake_case of the wire; JSON has no bigint, so positions are numbers. */
export const replayJson = (results: readonly ReplayResult[]): string =>
  JSON.stringify(
    results.map((result) => ({
      projection: result.projection,
      revision: result.revision,
      position: Number(result.position),
      rows_live: result.rowsLive,
      rows_rebuilt: result.rowsRebuilt,
      differing_rows: result.differingRows,
      examples: result.examples,
    })),
  );
