import type { Projection } from '../../domain/kernel/projection.ts';
import type { ClientHeartbeatReceived } from '../../domain/refactoring/client/heartbeat.ts';
import type {
  ClientHeartbeatMissed,
  ClientHeartbeatResumed,
  ClientLost,
} from '../../domain/refactoring/job/events.ts';

/** Whether a job's client is there (JOB-05). */
export type ClientHeartbeatSessionRow = Readonly<{
  job_id: string;
  status: 'ALIVE' | 'GRACE' | 'LOST';
  heartbeats: number;
  misses: number;
  first_seen_at: string | null;
  last_seen_at: string | null;
  grace_deadline_at: string | null;
}>;

type HeartbeatEvent = ClientHeartbeatReceived | ClientHeartbeatMissed | ClientHeartbeatResumed | ClientLost;

const empty = (job_id: string): ClientHeartbeatSessionRow => ({
  job_id,
  status: 'ALIVE',
  heartbeats: 0,
  misses: 0,
  first_seen_at: null,
  last_seen_at: null,
  grace_deadline_at: null,
});

export const clientHeartbeatSessions: Projection<ClientHeartbeatSessionRow, HeartbeatEvent> = {
  name: 'client-heartbeat-sessions',
  revision: 1,
  table: 'client_heartbeat_sessions',
  handles: ['ClientHeartbeatReceived', 'ClientHeartbeatMissed', 'ClientHeartbeatResumed', 'ClientLost'],
  columns: {
    job_id: 'text',
    status: 'text',
    heartbeats: 'int',
    misses: 'int',
    first_seen_at: 'timestamptz?',
    last_seen_at: 'timestamptz?',
    grace_deadline_at: 'timestamptz?',
  },
  key: 'job_id',
  keysOf: (event) => [event.data.jobId],
  evolve(before, event, key) {
    const row = before ?? empty(key);
    switch (event.type) {
      case 'ClientHeartbeatReceived': {
        const { at } = event.data;
        const first_seen_at = row.first_seen_at ?? at;
        return { ...row, heartbeats: row.heartbeats + 1, first_seen_at, last_seen_at: at };
      }
      case 'ClientHeartbeatMissed':
        return {
          ...row,
          status: 'GRACE',
          misses: row.misses + 1,
          grace_deadline_at: event.data.graceDeadlineAt,
        };
      case 'ClientHeartbeatResumed':
        return { ...row, status: 'ALIVE', grace_deadline_at: null };
      case 'ClientLost':
        return { ...row, status: 'LOST' };
    }
  },
};
