/**
 * SHA-256 of the sources that make the state of an account of its events. A test says what it must be when they change:
 * snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = '7625b02a9bbf51efbcd758fa76674ed666bf3ee4f309638e6eb0a02e0963670e';
