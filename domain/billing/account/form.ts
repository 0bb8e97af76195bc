/**
 * SHA-256 of the code that makes the state of an account of its events, without comments and types. A test says what it must be
 * when it changes: snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = '94c45cbd7955e1ddd42d61542824a9f9a78f9cabea7ab86d726378ed7455844d';
