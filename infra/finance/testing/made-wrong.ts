/** An entry, made wrong while something is looked at. */
export const wrong = async <Entry extends object>(
  entry: Entry | undefined,
  changes: Partial<Entry>,
  look: (entry: Entry) => Promise<void>,
): Promise<void> => {
  if (entry === undefined) throw new Error('there is such an entry');
  const before = { ...entry };
  await look(Object.assign(entry, changes));
  Object.assign(entry, before);
};

/** A list without one of its entries while something is looked at. */
export const without = async <Entry>(
  list: Entry[],
  entry: Entry,
  look: () => Promise<void>,
): Promise<void> => {
  const at = list.indexOf(entry);
  list.splice(at, 1);
  await look();
  list.splice(at, 0, entry);
};
