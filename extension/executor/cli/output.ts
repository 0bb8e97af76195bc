import type { SseEvent } from '../api/sse.ts';

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof STYLES;

/** Where a command writes. With `--json` stdout carries one JSON value a line and nothing else. */
export type Output = Readonly<{
  json: boolean;
  /** One line of the timeline, with the time since the command began. */
  step: (text: string, style?: Style) => void;
  /** Text as it is: cards, specifications, diffs. */
  show: (text: string, style?: Style) => void;
  /** What went wrong, and what to do next. */
  problem: (text: string, next?: string | null) => void;
  /** An event of the job, for `--json`. */
  event: (event: SseEvent) => void;
  /** A value for scripts: one line of JSON. */
  value: (value: unknown) => void;
}>;

const clock = (ms: number): string => {
  const seconds = Math.floor(ms / 1_000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
};

const dataOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
};

export type OutputOptions = Readonly<{
  json: boolean;
  stdout: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;
  stderr: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;
  env: NodeJS.ProcessEnv;
}>;

export const createOutput = ({ json, stdout, stderr, env }: OutputOptions): Output => {
  const began = Date.now();
  const paint = (stream: typeof stdout, text: string, style: Style | undefined): string =>
    style && stream.isTTY && !env['NO_COLOR'] ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
  const show = (text: string, style?: Style): void => {
    if (!json) stdout.write(`${paint(stdout, text, style)}\n`);
  };
  const value = (content: unknown): void => {
    if (json) stdout.write(`${JSON.stringify(content)}\n`);
  };
  return {
    json,
    show,
    value,
    step: (text, style) => show(`${clock(Date.now() - began)}  ${text}`, style),
    problem: (text, next = null) => {
      stderr.write(`${paint(stderr, text, 'red')}\n`);
      if (next !== null) stderr.write(`${next}\n`);
    },
    event: ({ id, event, data }) => value({ type: 'event', id, event, data: dataOf(data) }),
  };
};
