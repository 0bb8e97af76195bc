import { type HeadSigner, headSigner } from '../audit/head-key.ts';
import type { SmtpSettings } from '../mail/smtp-mailer.ts';
import type { KeyFiles } from '../operations/key-files.ts';
import type { PaymentSettings } from '../payments/settings.ts';

/** With the secrets that operators name, where they do (OPS-02). */
export const paymentsWithKeys = (payments: PaymentSettings, keys: KeyFiles): PaymentSettings => ({
  ...payments,
  async current() {
    const [[secretKeyFile = payments.secretKeyFile], webhookSecretFiles] = await Promise.all([
      keys.current('stripe.api_key_ref', [payments.secretKeyFile]),
      keys.current('stripe_webhook.api_key_ref', payments.webhookSecretFiles),
    ]);
    return { secretKeyFile, webhookSecretFiles };
  },
});

/** The same for the mail server. */
export const smtpWithKeys = (smtp: SmtpSettings, keys: KeyFiles): SmtpSettings => {
  const { login } = smtp;
  if (login === null) return smtp;
  const current = async (): Promise<string> => {
    const [file = login.passwordFile] = await keys.current('smtp.api_key_ref', [login.passwordFile]);
    return file;
  };
  return { ...smtp, login: { ...login, current } };
};

/** The keys of access tokens, the one that signs first: those that operators name, else these of the configuration. PEM. */
export const tokenKeys =
  (keys: KeyFiles, configured: readonly string[]) => async (): Promise<readonly string[]> => {
    const named = await keys.texts('access_tokens.api_key_ref');
    return named.length === 0 ? configured : named;
  };

/** The key that signs heads of the log: the one that operators name, else the one of the configuration. */
export const namedHeadSigner =
  <T extends HeadSigner | null>(keys: KeyFiles, configured: T) =>
  async (): Promise<HeadSigner | T> => {
    const [pem] = await keys.texts('log_heads.api_key_ref');
    return pem === undefined ? configured : headSigner(pem);
  };
