import { z } from 'zod';

/** ID-02. Length only: composition rules make passwords worse (NIST SP 800-63B). */
export const newPassword = z.string().min(12).max(128);
export const email = z.email().max(254);

export const signedIn = z.object({
  access_token: z.string(),
  expires_in: z.int().describe('Seconds'),
  user_id: z.uuid(),
});
