import { printableLine } from '../../../domain/kernel/printable.ts';

/** Rows under a heading, each column as wide as its longest cell, the last one open. Nothing for no rows. */
export const table = <Column extends string>(
  heading: Readonly<Record<Column, string>>,
  rows: readonly Readonly<Record<Column, string>>[],
): readonly string[] => {
  if (rows.length === 0) return [];
  const columns = Object.keys(heading) as Column[];
  const cell = (row: Readonly<Record<Column, string>>, column: Column): string => printableLine(row[column]);
  const width = (column: Column): number =>
    [heading, ...rows].reduce((widest, row) => Math.max(widest, cell(row, column).length), 0);
  const widths = new Map(columns.map((column) => [column, width(column)]));
  return [heading, ...rows].map((row) =>
    columns
      .map((column) => cell(row, column).padEnd(widths.get(column) ?? 0))
      .join('  ')
      .trimEnd(),
  );
};
