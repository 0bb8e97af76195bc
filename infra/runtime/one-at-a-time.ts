import { Rejection } from '../../domain/kernel/rejection.ts';

/** For what takes long: once at a time is enough for a process that answers others too. Throws `Rejection` with the code. */
export const oneAtATime = (code: string, detail: string) => {
  let isBusy = false;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (isBusy) throw new Rejection(code, detail);
    isBusy = true;
    try {
      return await work();
    } finally {
      isBusy = false;
    }
  };
};
