import { z } from 'zod';
import { isLoopback } from '../identity/oauth/provider.ts';

/** Unencrypted on this machine only: codes, secrets and tokens go there. */
export const safeUrl = z
  .url({ protocol: /^https?$/ })
  .transform((text) => text.replace(/\/+$/, ''))
  .refine((text) => {
    const url = new URL(text);
    return url.protocol === 'https:' || isLoopback(url);
  }, 'must be https');
