import { z } from 'zod';

/** Why an operator does something; it is kept for ever. */
export const reason = z.string().trim().min(1).max(500);
