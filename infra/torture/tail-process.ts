/** A reader of the whole log, like an SSE tail: follows it from where its journal ends, and writes down what it saw. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgresEventLog } from '../event-store/postgres/postgres-event-log.ts';
import { createPool } from '../postgres/pool.ts';
import { Journal } from './journal.ts';
import { sequenceOnlyReads } from './plants.ts';
import type { TailEntry, TailSettings } from './protocol.ts';

const follow = async (settings: TailSettings): Promise<void> => {
  const journal = new Journal<TailEntry>(settings.journal);
  let position = BigInt(journal.recover().at(-1)?.position ?? 0);
  const pool = createPool({ connectionString: settings.url, max: 3, applicationName: settings.name });
  const real = openPostgresEventLog({ pool });
  const log = settings.plant === 'sequence-only-reads' ? sequenceOnlyReads(real, pool) : real;
  const stopping = new AbortController();
  process.once('SIGTERM', () => stopping.abort());
  while (!stopping.signal.aborted) {
    try {
      const events = await log.readLog({ after: position, limit: 200 });
      if (events.length === 0) await log.waitFor(position, 500, stopping.signal);
      else
        journal.write(
          ...events.map(({ metadata }) => ({
            position: String(metadata.globalPosition),
            id: metadata.messageId,
            stream: metadata.streamName,
            version: String(metadata.streamPosition),
          })),
        );
      position = events.at(-1)?.metadata.globalPosition ?? position;
    } catch (error) {
      process.stdout.write(`${JSON.stringify({ message: String(error) })}\n`);
      await sleep(100);
    }
  }
  await real.close();
  await pool.end();
};

await follow(JSON.parse(process.argv[2] ?? '{}'));
