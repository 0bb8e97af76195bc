/**
 * SHA-256 of the sources that make the state of an account of its events. A test says what it must be when they change:
 * snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = '45516b94d59ebf9f9269b32be3662fada1082a9989082b7f1c818bc103a42bf8';
