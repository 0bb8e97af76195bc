const PLACED = /^(?<path>.*?):(?<line>\d+): (?<reason>.*)$/su;

/**
 * Notes of the form `path:line: reason`, where those that differ in the line only become one, `path:1, 3 and 7: reason`, in the
 * place of the first of them. Everything else stays as it is.
 */
export const placesTogether = (notes: readonly string[]): string[] => {
  const found: { path: string | null; reason: string; lines: string[] }[] = [];
  for (const note of notes) {
    const { path = null, line, reason = note } = PLACED.exec(note)?.groups ?? {};
    const known = line && found.find((one) => one.path === path && one.reason === reason);
    if (!known) found.push({ path, reason, lines: line === undefined ? [] : [line] });
    else if (!known.lines.includes(line)) known.lines.push(line);
  }
  return found.map(({ path, reason, lines }) => {
    if (path === null) return reason;
    const places = [lines.slice(0, -1).join(', '), lines.at(-1)].filter((part) => part !== '');
    return `${path}:${places.join(' and ')}: ${reason}`;
  });
};
