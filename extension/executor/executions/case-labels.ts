import { isOwnReason, REACHES_OUTSIDE } from '../test-run/snapshots.ts';

/** The name of what is called, at the start of a case's name; what follows are arguments, which are code. */
const CALLED = /^[A-Za-z_$][\w$]{0,60}(?:[.#][A-Za-z_$][\w$]{0,60}){0,4}(?=[(:]|$)/u;

/** Names a case without its arguments: `case 12 of parse`. Neither secrets nor code enter an event. */
export const caseLabel = (name: string, index: number): string => {
  const called = CALLED.exec(name)?.[0];
  return called === undefined ? `case ${index + 1}` : `case ${index + 1} of ${called}`;
};

/** Why a case was set aside, in words of our own only. */
export const caseReason = (why: string): string => {
  if (why.startsWith(REACHES_OUTSIDE)) return REACHES_OUTSIDE;
  return isOwnReason(why) ? why : 'cannot be repeated';
};
