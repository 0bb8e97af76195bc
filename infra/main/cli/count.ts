import { InvalidArgumentError } from 'commander';

/** How many, as typed. Throws `InvalidArgumentError`. */
export const count = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a number from 1 to 999999 is expected');
  return Number(text);
};
