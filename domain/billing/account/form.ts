/**
 * SHA-256 of the sources that make the state of an account of its events. A test says what it must be when they change:
 * snapshots of before are then folded anew.
 */
export const ACCOUNT_FORM = '67731caa73f0dddf0ad8ac4c59f7519cf415463c0493914dd663151ffdc91a74';
