/**
 * SHA-256 of the sources that make the state of an account of its events. A test says what it must be when they change:
 * snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = '0f890445e10011a80b4ff800d2abf5aaec4fc2d9c95e9b36a9291539d6b0f5d8';
