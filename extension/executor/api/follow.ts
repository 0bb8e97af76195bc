import { pause } from '../bell.ts';
import type { Http } from './http.ts';
import { ApiProblem } from './problem.ts';
import { parseSse, type SseEvent } from './sse.ts';

const QUIET_LIMIT_MS = 45_000;
const LONGEST_PAUSE_MS = 5_000;

/** Ends the stream when nothing, not even a comment, came for too long: a dead connection does not say so itself. */
const watched = async function* (
  body: AsyncIterable<Uint8Array>,
  onQuiet: () => void,
): AsyncGenerator<Uint8Array> {
  let timer = setTimeout(onQuiet, QUIET_LIMIT_MS);
  try {
    for await (const chunk of body) {
      clearTimeout(timer);
      timer = setTimeout(onQuiet, QUIET_LIMIT_MS);
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Follows a stream of events until the signal aborts: reconnects with `Last-Event-ID`, so that none is missed or seen
 * twice. Where the server refuses the stream for good, it throws.
 */
export const followEvents = async function* (
  http: Http,
  path: string,
  { lastEventId, signal }: Readonly<{ lastEventId: string | null; signal: AbortSignal }>,
): AsyncGenerator<SseEvent> {
  let [last, delay] = [lastEventId, 100];
  while (!signal.aborted) {
    const connection = new AbortController();
    try {
      const response = await http.send({
        method: 'GET',
        path,
        streaming: true,
        headers: { accept: 'text/event-stream', ...(last === null ? {} : { 'last-event-id': last }) },
        signal: AbortSignal.any([signal, connection.signal]),
      });
      if (response.body) {
        for await (const event of parseSse(watched(response.body, () => connection.abort()))) {
          delay = 100;
          last = event.id ?? last;
          yield event;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiProblem && error.status >= 400 && error.status < 500) throw error;
    } finally {
      connection.abort();
    }
    if (signal.aborted) return;
    await pause(delay, signal);
    delay = Math.min(delay * 2, LONGEST_PAUSE_MS);
  }
};
