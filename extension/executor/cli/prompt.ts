import { createInterface } from 'node:readline/promises';
import { printable } from '../../../domain/kernel/printable.ts';

/** Questions to the person. `null` where nobody can be asked. */
export type Prompt = Readonly<{
  /** The typed text, trimmed; the default for an empty answer. */
  text: (question: string, fallback?: string) => Promise<string>;
  /** One of the keys of the choices; asks again until it is one. */
  choose: (question: string, choices: Readonly<Record<string, string>>, fallback: string) => Promise<string>;
  /** Typed without being shown. */
  secret: (question: string) => Promise<string>;
}>;

/** The person ended the input (Ctrl-D, or a terminal that went away) instead of answering. */
export class PromptClosed extends Error {
  constructor() {
    super('the input ended');
    this.name = 'PromptClosed';
  }
}

const ask = async (question: string, signal: AbortSignal): Promise<string> => {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  // While it asks, readline takes Ctrl-C for itself.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const closed = new Promise<never>((_, reject) => {
      reader.on('close', () => reject(new PromptClosed()));
    });
    return (await Promise.race([reader.question(question, { signal }), closed])).trim();
  } catch (error) {
    if (signal.aborted || !(error instanceof Error) || error.name !== 'AbortError') throw error;
    throw new PromptClosed();
  } finally {
    reader.close();
  }
};

const askHidden = (question: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { stdin, stderr } = process;
    stderr.write(question);
    stdin.setRawMode(true);
    stdin.setEncoding('utf8');
    stdin.resume();
    let typed = '';
    const end = (settle: () => void): void => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.off('data', read);
      stderr.write('\n');
      settle();
    };
    const read = (chunk: string): void => {
      for (const character of chunk) {
        if (character === '\r' || character === '\n') {
          end(() => resolve(typed));
          return;
        }
        if (character === '\u0003' || character === '\u0004') {
          end(() => reject(new PromptClosed()));
          return;
        }
        typed = character === '\u007f' || character === '\b' ? typed.slice(0, -1) : typed + character;
      }
    };
    stdin.on('data', read);
  });

/** A question with its choices: in one line where the terminal (columns) has room for it, else one choice a line. */
export const choiceText = (
  question: string,
  choices: Readonly<Record<string, string>>,
  fallback: string,
  columns: number,
): string => {
  const shown = printable(question);
  const list = Object.entries(choices).map(([key, meaning]) => `${key} = ${meaning}`);
  const line = `${shown} [${list.join(', ')}; default ${fallback}] `;
  if (line.length < columns) return line;
  const lines = Object.entries(choices).map(
    ([key, meaning]) => `  ${key}  ${meaning}${key === fallback ? ' (default)' : ''}`,
  );
  return [shown, ...lines, '> '].join('\n');
};

/** Null unless a person sits at a terminal. */
export const openPrompt = (signal: AbortSignal): Prompt | null => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return {
    text: async (question, fallback = '') => (await ask(`${question} `, signal)) || fallback,
    choose: async (question, choices, fallback) => {
      const keys = Object.keys(choices);
      const asked = choiceText(question, choices, fallback, process.stderr.columns);
      for (;;) {
        const answer = ((await ask(asked, signal)) || fallback).toLowerCase();
        const chosen = keys.find((key) => key === answer);
        if (chosen !== undefined) return chosen;
        process.stderr.write(`Please answer with ${keys.join(', ')}, or only Enter for ${fallback}.\n`);
      }
    },
    secret: askHidden,
  };
};
