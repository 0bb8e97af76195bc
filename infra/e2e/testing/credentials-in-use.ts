import { randomBytes } from 'node:crypto';

/** As it is, in base64 and in hex: what a log, an error or a table could make of it. */
const formsOf = (value: string): string[] => [
  value,
  Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -1),
  Buffer.from(value).toString('hex'),
];

/** Every credential that a test has, by what it is; each is looked for where none may be. */
export const credentialsInUse = () => {
  const credentials = new Map<string, string>();
  const credential = (what: string, value: unknown): string => {
    if (typeof value !== 'string' || value.length < 8) throw new Error(`${what} was not given`);
    credentials.set(what, value);
    return value;
  };
  return {
    credential,
    made: (what: string): string => credential(what, `canary-${randomBytes(16).toString('hex')}`),
    key: (what: string): string => credential(what, randomBytes(32).toString('hex')),
    /** The lines of a key between its frame: the frame itself is no secret. */
    pem: (what: string, text: string): string => {
      credential(what, text.split('\n')[1]);
      return text;
    },
    /** What of them is in a text, in whichever form. */
    leaks: (text: string): string[] =>
      [...credentials].flatMap(([what, value]) =>
        formsOf(value).some((form) => text.includes(form)) ? what : [],
      ),
  };
};
