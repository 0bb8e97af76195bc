/** Thrown by a fenced commit: another process holds the partition, or the checkpoint is not where this one left it. */
export class LeaseLost extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LeaseLost';
  }
}

/** SQLSTATE raised by `runtime.advance`. */
const LEASE_LOST_SQLSTATE = 'IA001';

const TRANSIENT_CLASSES = new Set(['08', '40', '53', '55', '57', '58']);
/** 25P03: idle_in_transaction_session_timeout ended the session. */
const TRANSIENT_STATES = new Set(['25P03', '25P04']);
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
/** `pg` throws plain errors for these; the last is that of a client that could not connect in time. */
const CONNECTION_MESSAGE =
  /connection terminated|connection error|not queryable|timeout exceeded when trying to connect|connection timeout|pool after calling end|^timeout expired$/i;

const isConnect = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'syscall' in error && error.syscall === 'connect';

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Of a failure while an event was handled. A statement that ran into its timeout asks for too much, and will again. */
export const isFaultOfEvent = (error: unknown): boolean => codeOf(error) === '57014' || !isTransient(error);

/**
 * True when the failure says nothing about the event (a lost connection, a restart, a deadlock): tried again without
 * counting. Everything else counts against the event and ends in the dead letters.
 */
export const isTransient = (error: unknown): boolean => {
  const code = codeOf(error);
  // No class of SQLSTATE begins with E, but EPIPE does.
  if (/^[0-9A-DF-Z][0-9A-Z]{4}$/.test(code))
    return TRANSIENT_CLASSES.has(code.slice(0, 2)) || TRANSIENT_STATES.has(code);
  if (SOCKET_CODES.has(code)) return true;
  // The socket file of a server that restarts; any other missing file stays missing.
  if (code === 'ENOENT') return isConnect(error);
  if (error instanceof AggregateError) return error.errors.some(isTransient);
  return CONNECTION_MESSAGE.test(messageOf(error));
};

export const isLeaseLost = (error: unknown): boolean =>
  error instanceof LeaseLost || codeOf(error) === LEASE_LOST_SQLSTATE;
