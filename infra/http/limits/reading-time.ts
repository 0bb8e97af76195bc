import type { ServerResponse } from 'node:http';

/** A minute, and what a line of 256 kbit/s takes for all of it. */
export const READING: Readonly<{ graceMs: number; bytesPerSecond: number }> = {
  graceMs: 60_000,
  bytesPerSecond: 32 * 1024,
};

/** The longest that a timer of Node waits. */
const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds that a client has for an answer of so many bytes. */
export const readingTimeOf = (bytes: number, { graceMs, bytesPerSecond } = READING): number =>
  Math.min(LONGEST_MS, graceMs + Math.ceil((bytes / bytesPerSecond) * 1_000));

/**
 * Ends the connection of an answer that is not read in time. One that is read a byte at a time is never idle, and holds its memory or its file
 * as long as its client likes.
 */
export const endUnread = (
  response: Pick<ServerResponse, 'once' | 'destroy'>,
  bytes: number,
  limits = READING,
): void => {
  const timer = setTimeout(() => response.destroy(), readingTimeOf(bytes, limits)).unref();
  response.once('close', () => clearTimeout(timer));
};
