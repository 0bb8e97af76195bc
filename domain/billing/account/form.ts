/**
 * SHA-256 of the code that makes the state of an account of its events, without comments and types. A test says what it must be
 * when it changes: snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = '3d93feccaa1e95c60cbfc8e6c8f60ca50a36a4baaa0550621cef8007ddb934f9';
