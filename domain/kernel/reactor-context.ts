import type { ReactorContext } from './reactor.ts';

/** Of an effect that runs for the first time and that nobody takes back; for tests of reactors. */
export const firstAttempt = (): ReactorContext => ({
  signal: new AbortController().signal,
  idempotencyKey: 'k',
  attempt: 1,
  cause: { messageId: 'm', correlationId: 'c', position: 1n },
});
