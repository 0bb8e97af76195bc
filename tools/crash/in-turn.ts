import { messageOf } from '../../infra/runtime/transient-errors.ts';

/**
 * Does the work for one name after the other. Where it fails, `failed` hears of it and the next one has its turn, until `isOver`:
 * what went wrong with one says nothing of the others.
 */
export const inTurn = async <Name>(
  names: readonly Name[],
  work: (name: Name) => Promise<void>,
  failed: (name: Name, message: string) => void,
  isOver: () => boolean,
): Promise<void> => {
  for (const name of names) {
    if (isOver()) return;
    try {
      await work(name);
    } catch (error) {
      if (!isOver()) failed(name, messageOf(error));
    }
  }
};
