/**
 * SHA-256 of the code that makes the state of an account of its events, without comments and types. A test says what it must be
 * when it changes: snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = 'c896f83a1ababb9352aac830d0c67e9d164d32a50fa54605c58c8ca3d332a750';
