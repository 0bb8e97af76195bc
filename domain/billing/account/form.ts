/**
 * SHA-256 of the code that makes the state of an account of its events, without comments and types. A test says what it must be
 * when it changes: snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = 'bdb7b488675949c7cf63a77691aa01c18fda10b25b6c91b1a962821970f8fea8';
