/**
 * SHA-256 of the code that makes the state of an account of its events, without comments and types. A test says what it must be
 * when it changes: snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = 'df2920850d8e0c6bdecccf05107127d188ea7093df629164710e97431f006c68';
