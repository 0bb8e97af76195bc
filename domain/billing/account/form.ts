/**
 * SHA-256 of the sources that make the state of an account of its events. A test says what it must be when they change:
 * snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = 'b3edd9e8692f4c7a37949f71b73df88bb3837d359b070b310a46226b9a58738f';
