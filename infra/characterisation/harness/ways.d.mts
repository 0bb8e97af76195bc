export function instrument(
  text: string,
  probes: readonly (readonly [
    start: number,
    end: number,
    kind: 'truth' | 'value' | 'left' | 'right',
    partner?: number,
  ])[],
  first: number,
): string;

export function watchWays(
  packageRoot: string,
  modules: Readonly<Record<string, never>>,
): Readonly<{ stop: () => void }>;
