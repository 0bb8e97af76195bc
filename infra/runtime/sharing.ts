/**
 * Questions that come while one is being answered share the next, which begins after they came and so sees all they may know.
 * Two never run at once.
 */
export const sharing = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  const askNext = async (): Promise<T> => {
    await underWay;
    next = null;
    const answer = ask();
    // Only to wait for; a failure is met by those who asked.
    underWay = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  };
  return () => {
    next ??= askNext();
    return next;
  };
};
