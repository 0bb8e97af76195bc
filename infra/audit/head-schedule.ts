import { isRejection } from '../../domain/kernel/rejection.ts';
import { type Schedule, startSchedule } from '../runtime/schedule.ts';

/** Calls `publish` now and then every `seconds`. An empty log is nothing to report; every other failure goes to `onError`. */
export const startHeadSchedule = (
  publish: () => Promise<unknown>,
  { seconds, onError }: Readonly<{ seconds: number; onError: (error: unknown) => void }>,
): Schedule =>
  startSchedule(publish, {
    seconds,
    onError: (error) => {
      if (!(isRejection(error) && error.code === 'TREE_EMPTY')) onError(error);
    },
  });
