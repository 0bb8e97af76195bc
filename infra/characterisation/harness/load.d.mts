export function moduleRoot(loaded: unknown): unknown;
export function surfaceText(root: unknown): string;
export function prototypeText(value: unknown): string;
