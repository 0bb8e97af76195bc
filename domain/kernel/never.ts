/** Closes a switch: does not compile while a case is missing, throws if bad data reaches it at run time. */
export const never = (value: never): never => {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
};
