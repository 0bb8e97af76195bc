import { replayAnswer } from '../../operations/audit/replay.ts';
import type { ReplayResult } from '../../runtime/projection-replay.ts';
import { table } from './story-table.ts';

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

export const replayJson = (results: readonly ReplayResult[]): string =>
  JSON.stringify(results.map(replayAnswer));
