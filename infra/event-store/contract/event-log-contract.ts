import { describe } from 'vitest';
import { appendContract } from './append-contract.ts';
import { badInputContract } from './bad-input-contract.ts';
import { exactnessContract } from './exactness-contract.ts';
import type { OpenSubject } from './fixtures.ts';
import { idempotencyContract } from './idempotency-contract.ts';
import { readingContract } from './reading-contract.ts';
import { typesContract } from './types-contract.ts';

/** What every implementation of the kernel's `EventLog` must pass. `open` gives an empty log. */
export const eventLogContract = (name: string, open: OpenSubject): void => {
  describe(name, () => {
    appendContract(open);
    idempotencyContract(open);
    exactnessContract(open);
    badInputContract(open);
    readingContract(open);
    typesContract(open);
  });
};
