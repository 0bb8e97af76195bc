/**
 * SHA-256 of the sources that make the state of an account of its events. A test says what it must be when they change:
 * snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = '69f881a3f75d17a20ae4c9d8505785adcc0a3943322d432dab161800959f9d1a';
