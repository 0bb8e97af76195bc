import type { Pool } from 'pg';
import { rosterOf } from '../../commands/operations/admin-session.ts';
import type { AdminTokens } from '../../commands/operations/services.ts';
import { fold } from '../../domain/kernel/decider.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import {
  type AdminSessionEvent,
  adminSession,
  adminSessionStream,
} from '../../domain/operations/admin-session.ts';
import { hashOfToken, newOpaqueToken } from '../identity/opaque-token.ts';

/** OPS-01. */
const SESSION_SECONDS = 8 * 60 * 60;
/** So that a token is known as ours wherever it turns up, and never taken for that of a user. */
const PREFIX = 'iama_adm_';

type Row = Readonly<{ session_id: string; admin_id: string; generation: number }>;

/** Operators are few, so that every request asks the log: what ends a session or a role counts at once. */
export const postgresAdminTokens = (pool: Pool, store: Pick<StreamStore, 'read'>): AdminTokens => ({
  async issue({ adminId, sessionId, generation }) {
    const token = `${PREFIX}${newOpaqueToken()}`;
    await pool.query(
      `insert into admin_tokens (token_hash, session_id, admin_id, generation, expires_at)
       values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))`,
      [hashOfToken(token), sessionId, adminId, generation, SESSION_SECONDS],
    );
    return { token, expires_in: SESSION_SECONDS };
  },

  async verify(token) {
    if (!token.startsWith(PREFIX)) return null;
    const { rows } = await pool.query<Row>(
      `select session_id, admin_id, generation from admin_tokens
        where token_hash = $1 and expires_at > clock_timestamp()`,
      [hashOfToken(token)],
    );
    const [row] = rows;
    if (row === undefined) return null;
    const { session_id: sessionId, admin_id, generation } = row;
    const [roster, session] = await Promise.all([
      rosterOf(store),
      store.read<AdminSessionEvent>(adminSessionStream(sessionId)),
    ]);
    const admin = roster.find(({ adminId }) => adminId === admin_id);
    if (admin?.generation !== generation || fold(adminSession, session.events) !== 'OPEN') return null;
    return { admin, sessionId };
  },
});
