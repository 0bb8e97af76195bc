/** Rows under a heading, each column as wide as its longest cell, the last one open. Nothing for no rows. */
export const table = <Column extends string>(
  heading: Readonly<Record<Column, string>>,
  rows: readonly Readonly<Record<Column, string>>[],
): readonly string[] => {
  if (rows.length === 0) return [];
  const columns = Object.keys(heading) as Column[];
  const width = (column: Column): number =>
    [heading, ...rows].reduce((widest, row) => Math.max(widest, row[column].length), 0);
  const widths = new Map(columns.map((column) => [column, width(column)]));
  return [heading, ...rows].map((row) =>
    columns
      .map((column) => row[column].padEnd(widths.get(column) ?? 0))
      .join('  ')
      .trimEnd(),
  );
};
