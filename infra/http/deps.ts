import type { CommandServices } from '../../commands/index.ts';
import type { EventLog } from '../../domain/kernel/event-store.ts';
import type { ReadServices, SharedReadServices } from '../../read-api/kernel/query.ts';
import type { TokenAuthority } from '../identity/access-tokens.ts';
import type { LiveSessions } from '../identity/live-sessions.ts';
import type { Gate } from './access.ts';
import type { RateLimit } from './limits/rate-limit.ts';
import type { Room } from './limits/room.ts';
import type { CountExchange } from './limits/shared-counts.ts';
import type { streamPlaces } from './limits/stream-places.ts';
import type { OwnedJobs } from './sse/backlog.ts';

/** Why a process is given no work (OPS-05): nothing can be read, not yet, or never again by this release. */
export type NotReady = Readonly<{
  code: 'DATABASE_UNREACHABLE' | 'READ_TABLES_MISSING' | 'RELEASE_OUTDATED';
  reason: string;
}>;

/** What the HTTP server is made of; the composition root gives it. */
export type ApiParts = Readonly<{
  log: EventLog;
  commandServices: CommandServices;
  readServices: SharedReadServices;
  tokens: TokenAuthority;
  /** So that a resumed stream of a user reads that user's jobs only. */
  ownedJobs: OwnedJobs;
  /** So that limits hold for all processes together. */
  counts: CountExchange;
  /** Null: it may be given work. */
  whyNotReady: () => Promise<NotReady | null>;
}>;

/** The parts and what the server itself adds, as the routes get them. */
export type RouteDeps = ApiParts &
  Readonly<{
    readServices: ReadServices;
    gate: Gate;
    sessions: LiveSessions;
    limits: Readonly<{
      signInPerAddress: number;
      user: RateLimit;
      streams: ReturnType<typeof streamPlaces>;
      /** By account. */
      room: Room;
      /** By address. */
      strangers: Room;
      webhooks: Room;
    }>;
  }>;
