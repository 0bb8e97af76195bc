type Run = Readonly<{
  id: string;
  call: string;
  argv: readonly string[];
  stdin: string;
  shown: boolean;
  requests?: readonly string[];
  port?: string;
  made?: string;
}>;
type Program = Readonly<{
  name: string;
  script: string;
  exported?: Readonly<{ kind: string; keys: readonly string[]; args: readonly (string | null)[] }>;
  inPackage?: boolean;
  files: readonly Readonly<{ name: string; text: string }>[];
  runs: readonly Run[];
}>;
type Results = ReadonlyMap<string, Readonly<{ call: string; result: string }>>;
export function runPrograms(
  programs: readonly Program[],
  options: Readonly<{
    packageRoot: string;
    moved: Readonly<Record<string, string>>;
    timeout: number;
    only: ReadonlySet<string> | null;
    before?: Results | null;
    dropSlow: boolean;
    select: boolean;
    isOver?: () => boolean;
  }>,
): Promise<
  Readonly<{ results: Results; left: ReadonlyMap<string, Readonly<{ call: string; why: string }>> }>
>;
