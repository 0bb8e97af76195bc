import { z } from 'zod';
import { isCommonPassword } from './common-passwords.ts';

/** ID-02. No composition rules: they make passwords worse (NIST SP 800-63B). */
export const newPassword = z
  .string()
  .min(12)
  .max(128)
  .refine((password) => !isCommonPassword(password), 'This password is among the first that are guessed.');
export const givenPassword = z.string().min(1).max(128);
export const email = z.email().max(254);
/** 32 bytes, base64url. */
export const opaqueToken = z.string().max(64);

export const signedIn = z.object({
  access_token: z.string(),
  expires_in: z.int().describe('Seconds'),
  refresh_token: z.string().describe('Good for one use'),
  refresh_expires_in: z.int().describe('Seconds'),
  user_id: z.uuid(),
  session_id: z.uuid(),
});
