/**
 * SHA-256 of the code that makes the state of an account of its events, without comments and types. A test says what it must be
 * when it changes: snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = 'e8905ebe58a8d72377b15b18130b99899c9875db1866d126cea472397d8d8314';
