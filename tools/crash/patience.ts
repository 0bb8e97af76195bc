/** Longer than any step of a scenario takes on a busy machine. */
const STEP_MS = 240_000;
/** Longer than a whole scenario takes there, with a kill and a start at each of its events. */
const WHOLE_MS = 2_400_000;

/** How long a play is waited for: for each step anew, and for all of them together no longer than for a whole. */
export const patience = (
  now: () => number = Date.now,
): Readonly<{ moved: () => void; isOver: () => boolean }> => {
  const endAt = now() + WHOLE_MS;
  let stepEndAt = now() + STEP_MS;
  return {
    moved: () => {
      stepEndAt = now() + STEP_MS;
    },
    isOver: () => now() > Math.min(stepEndAt, endAt),
  };
};
