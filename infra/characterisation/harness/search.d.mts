type Subject = Readonly<{ name: string; module: string; path: readonly string[] }>;
type Way = Readonly<{ marks: readonly (string | number)[]; pairs: readonly (readonly unknown[])[] }>;
export type Tried = Readonly<{
  id: string;
  args: unknown;
  found: Readonly<{ source: Readonly<{ args: string }> }>;
}>;
export function createSearch(): Readonly<{
  note: (group: Subject, one: Readonly<{ form: string; args: unknown }>, way: Way) => void;
  subjects: () => readonly Readonly<{
    group: Subject;
    next: () => Tried | null;
    tried: (one: Tried, way: Way | null) => void;
  }>[];
  found: () => readonly Readonly<{ name: string; cases: readonly Tried[] }>[];
}>;
