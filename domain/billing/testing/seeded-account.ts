import { TIERS } from '../../kernel/tiers.ts';
import { accountUnder } from '../account.ts';

/** The account where nobody has changed the tiers. */
export const account = accountUnder(TIERS);
