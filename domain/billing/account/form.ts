/**
 * SHA-256 of the code that makes the state of an account of its events, without comments and types. A test says what it must be
 * when it changes: snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = 'f3037109cf3c9a1ecb07c852ff9511fe5a208c0e064346e0f6cc1c3450c5b05b';
