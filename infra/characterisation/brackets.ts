const BRACKETS: readonly (readonly [string, string])[] = [
  ['{', '}'],
  ['(', ')'],
  ['[', ']'],
  ['<', '>'],
  ['"', '"'],
  ["'", "'"],
];

/** Pairs of which the code looks for both ends, or for both at once. */
export const bracketsOf = (marks: readonly string[]): readonly (readonly [string, string])[] => {
  const all = marks.join('');
  return BRACKETS.filter(([open, close]) => all.includes(open) && all.includes(close));
};
