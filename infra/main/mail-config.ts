import { z } from 'zod';
import { isLoopback } from '../identity/oauth/provider.ts';
import type { SmtpSettings } from '../mail/smtp-mailer.ts';

/** `smtps:` is encrypted from the first byte, `smtp:` from STARTTLS on. Secrets in an address end up in logs. */
const server = z
  .url({ protocol: /^smtps?$/, abort: true })
  .refine((text) => new URL(text).username === '', 'must hold no login: name it by IAMA_SMTP_USER')
  .refine((text) => /^\/?$/.test(new URL(text).pathname), 'must be smtps://HOST:PORT or smtp://HOST:PORT');

/** Variables of mails (OPS-09). The password is named by its file. */
export const mailVariables = {
  IAMA_SMTP_URL: server.optional(),
  IAMA_SMTP_USER: z.string().min(1).optional(),
  IAMA_SMTP_PASSWORD_FILE: z.string().min(1).optional(),
  /** Address that mails come from. */
  IAMA_MAIL_FROM: z.email().optional(),
  /** Where tickets to support go (OPS-07). */
  IAMA_SUPPORT_ADDRESS: z.email().optional(),
};

type Variables = z.infer<z.ZodObject<typeof mailVariables>>;

/** The ports that are submitted to (RFC 8314). */
const DEFAULT_PORTS = { 'smtps:': 465, 'smtp:': 587 } as const;

/** Unencrypted on this machine only: there is no one between. */
const encryptionOf = (url: URL): SmtpSettings['encryption'] => {
  if (url.protocol === 'smtps:') return 'WHOLE';
  return isLoopback(url) ? 'NONE' : 'STARTTLS';
};

/** `smtp` null: no server is configured. */
export const smtpOf = (
  env: Variables,
): Readonly<{ smtp: SmtpSettings | null; faults: readonly string[] }> => {
  const {
    IAMA_SMTP_URL: address,
    IAMA_MAIL_FROM: from,
    IAMA_SMTP_USER: user,
    IAMA_SMTP_PASSWORD_FILE: passwordFile,
  } = env;
  const faults: string[] = [];
  if ((address === undefined) !== (from === undefined))
    faults.push('IAMA_SMTP_URL and IAMA_MAIL_FROM belong together');
  if ((user === undefined) !== (passwordFile === undefined))
    faults.push('IAMA_SMTP_USER and IAMA_SMTP_PASSWORD_FILE belong together');
  if (address === undefined && user !== undefined) faults.push('IAMA_SMTP_USER: there is no IAMA_SMTP_URL');
  if (address === undefined && env.IAMA_SUPPORT_ADDRESS !== undefined)
    faults.push('IAMA_SUPPORT_ADDRESS: there is no IAMA_SMTP_URL');
  if (faults.length > 0 || address === undefined || from === undefined) return { smtp: null, faults };
  const url = new URL(address);
  const login = user === undefined || passwordFile === undefined ? null : { user, passwordFile };
  const port =
    url.port === '' ? DEFAULT_PORTS[url.protocol === 'smtps:' ? 'smtps:' : 'smtp:'] : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { smtp: { host, port, encryption: encryptionOf(url), from, login }, faults };
};
