/**
 * From the beginning of a round that found so many events to that of the next, in milliseconds. A round costs over half a
 * millisecond of CPU whatever it holds, so while much arrives, fewer and larger rounds leave more to the appends; a lone
 * event should not wait, nor what gathered during a round that the disk held up.
 */
const cadenceAfter = (events: number): number => (events <= 2 ? 2 : 6);

/** Resolves when the round after one that found `events` and took `tookMs` is due. */
export const restOfRound = async (events: number, tookMs: number): Promise<void> => {
  const left = cadenceAfter(events) - tookMs;
  // Timers count whole milliseconds: a shorter pause would be longer than that.
  if (left >= 1) await new Promise((resolve) => setTimeout(resolve, left));
};
