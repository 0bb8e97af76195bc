import { createInterface } from 'node:readline/promises';

/** Questions to the person. `null` where nobody can be asked. */
export type Prompt = Readonly<{
  /** The typed text, trimmed; the default for an empty answer. */
  text: (question: string, fallback?: string) => Promise<string>;
  /** One of the keys of the choices; asks again until it is one. */
  choose: (question: string, choices: Readonly<Record<string, string>>, fallback: string) => Promise<string>;
  /** Typed without being shown. */
  secret: (question: string) => Promise<string>;
}>;

const ask = async (question: string, signal: AbortSignal): Promise<string> => {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  // While it asks, readline takes Ctrl-C for itself.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return (await reader.question(question, { signal })).trim();
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
        if (character === '\u0003') {
          end(() => reject(new Error('cancelled')));
          return;
        }
        typed = character === '\u007f' || character === '\b' ? typed.slice(0, -1) : typed + character;
      }
    };
    stdin.on('data', read);
  });

/** Null unless a person sits at a terminal. */
export const openPrompt = (signal: AbortSignal): Prompt | null => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return {
    text: async (question, fallback = '') => (await ask(`${question} `, signal)) || fallback,
    choose: async (question, choices, fallback) => {
      const keys = Object.keys(choices);
      const list = Object.entries(choices).map(([key, meaning]) => `${key} = ${meaning}`);
      for (;;) {
        const answer = (
          (await ask(`${question} [${list.join(', ')}; default ${fallback}] `, signal)) || fallback
        ).toLowerCase();
        const chosen = keys.find((key) => key === answer);
        if (chosen !== undefined) return chosen;
      }
    },
    secret: askHidden,
  };
};
