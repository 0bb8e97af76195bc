import { printable } from '../../../domain/kernel/printable.ts';
import type { SseEvent } from '../api/sse.ts';

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof STYLES;

/** Where a command writes, what others wrote made `printable`. With `--json` stdout carries one JSON value a line and nothing else. */
export type Output = Readonly<{
  json: boolean;
  /** One line of the timeline, with the time since the command began. */
  step: (text: string, style?: Style) => void;
  /** Text as it is: cards, specifications, diffs. */
  show: (text: string, style?: Style) => void;
  /**
   * What went wrong, its stable code, and what to do next. With `--json` it is the last line too, unless the command has
   * summed itself up already.
   */
  problem: (text: string, more: Readonly<{ code: string; next: string }>) => void;
  /** An event of the job, for `--json`. */
  event: (event: SseEvent) => void;
  /** A value for scripts: one line of JSON. */
  value: (value: unknown) => void;
  /** Keeps the timeline back while the work lasts, so that no line lands in the middle of a question. */
  quietly: <Result>(work: () => Promise<Result>) => Promise<Result>;
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
    style && stream.isTTY && !env['NO_COLOR']
      ? `\u001b[${STYLES[style]}m${printable(text)}\u001b[0m`
      : printable(text);
  const show = (text: string, style?: Style): void => {
    if (!json) stdout.write(`${paint(stdout, text, style)}\n`);
  };
  const line = (content: unknown): void => {
    if (json) stdout.write(`${JSON.stringify(content)}\n`);
  };
  let isSummedUp = false;
  let held: (() => void)[] | null = null;
  return {
    json,
    show,
    value: (content) => {
      isSummedUp = true;
      line(content);
    },
    step: (text, style) => {
      const at = clock(Date.now() - began);
      const write = (): void => show(`${at}  ${text}`, style);
      if (held === null) write();
      else held.push(write);
    },
    problem: (text, { code, next }) => {
      stderr.write(`${paint(stderr, text, 'red')} ${paint(stderr, `[${code}]`, 'dim')}\n`);
      stderr.write(`${printable(next)}\n`);
      if (!isSummedUp) line({ job_id: null, status: 'NOT_STARTED', code, reason: text });
    },
    event: ({ id, event, data }) => line({ type: 'event', id, event, data: dataOf(data) }),
    quietly: async (work) => {
      held ??= [];
      try {
        return await work();
      } finally {
        const waiting = held ?? [];
        held = null;
        for (const write of waiting) write();
      }
    },
  };
};
