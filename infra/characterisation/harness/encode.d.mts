export function createEncoder(known?: {
  promises?: Map<Promise<unknown>, { state: string; value: unknown }>;
  stubs?: WeakMap<object, string>;
}): { text: (value: unknown) => string; pending: Set<Promise<unknown>> };
