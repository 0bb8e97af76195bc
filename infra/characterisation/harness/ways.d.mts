export function instrument(
  text: string,
  probes: readonly (readonly [start: number, end: number, kind: 'truth' | 'value'])[],
  first: number,
): string;
