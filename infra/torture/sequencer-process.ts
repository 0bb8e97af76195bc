/** A process that does nothing but number the log, so that it can be killed and paused by itself. */
import { openPostgresEventLog } from '../event-store/postgres/postgres-event-log.ts';
import { createPool } from '../postgres/pool.ts';
import type { SequencerSettings } from './protocol.ts';

const sequence = ({ name, url }: SequencerSettings): void => {
  const pool = createPool({ connectionString: url, max: 2, applicationName: name });
  const log = openPostgresEventLog({ pool });
  log.startSequencer();
  process.once('SIGTERM', () => {
    void log
      .close()
      .then(() => pool.end())
      .finally(() => process.exit(0));
  });
};

sequence(JSON.parse(process.argv[2] ?? '{}'));
