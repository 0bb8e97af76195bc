import { Rejection } from '../../domain/kernel/rejection.ts';
import type { IdentityServices } from './services.ts';

/**
 * Of who is signed in. Throws `Rejection` PASSWORD_WRONG, and RATE_LIMITED where that was often so (ID-09): who stole an
 * access token shall not find out the password by it. It locks nobody out of signing in.
 */
export const expectOwnPassword = async (
  userId: string,
  password: string,
  { credentials, attempts }: Pick<IdentityServices, 'credentials' | 'attempts'>,
): Promise<void> => {
  await attempts.signInBegins(userId);
  if (!(await credentials.verify(userId, password)))
    throw new Rejection('PASSWORD_WRONG', 'The current password is another one.');
  await attempts.signInSucceeded(userId);
};
