import { randomUUID } from 'node:crypto';
import { URI } from 'otpauth';
import { addFirstOperator } from '../../operations/local-operators.ts';
import type { TestApi, TestUser } from './api.ts';

export type Secrets = Readonly<{ password: string; totp_uri: string }>;
export type Operator = TestUser & Readonly<{ email: string; secrets: Secrets }>;

/** The code of now, or of some steps of 30 s away. */
export const codeOf = ({ totp_uri }: Secrets, steps = 0): string => {
  const codes = URI.parse(totp_uri);
  if (!('period' in codes)) throw new Error('these codes do not follow the clock');
  return codes.generate({ timestamp: Date.now() + steps * 30_000 });
};

const signIn = async (api: TestApi, email: string, secrets: Secrets): Promise<Operator> => {
  const { body } = await api.call(null, 'POST', '/admin/auth/login', {
    body: { email, password: secrets.password, code: codeOf(secrets) },
  });
  const headers = { authorization: `Bearer ${String(body['token'])}` };
  return { userId: String(body['admin_id']), headers, email, secrets };
};

/** As the command line adds the first one. */
export const firstOperator = async (api: TestApi): Promise<Operator> => {
  const email = `${randomUUID()}@example.org`;
  return signIn(api, email, await addFirstOperator(api.services, { email, by: 'cli:test' }));
};

/** Added by a super admin, and signed in. */
export const operator = async (
  api: TestApi,
  by: TestUser,
  role: string,
  scopes: readonly string[] = [],
): Promise<Operator> => {
  const email = `${randomUUID()}@example.org`;
  const { body } = await api.call(by, 'POST', '/admin/accounts', { body: { email, role, scopes } });
  const secrets = { password: String(body['password']), totp_uri: String(body['totp_uri']) };
  return signIn(api, email, secrets);
};
