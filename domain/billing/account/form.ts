/**
 * SHA-256 of the code that makes the state of an account of its events, without comments and types. A test says what it must be
 * when it changes: snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = '212e830ed35c79fbcc5212991ef7cddf4d4855bab2d9b7b74254bed56046d113';
