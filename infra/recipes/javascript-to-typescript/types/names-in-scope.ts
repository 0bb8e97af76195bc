import ts from 'typescript';

/** What a name can mean in the text of a type: a type or what holds types, and after `typeof` a value. */
type Names = Readonly<{ types: ReadonlySet<string>; values: ReadonlySet<string> }>;

/** Names that a whole file can use, for the pictures of the project that a checker draws. */
const known = new WeakMap<ts.TypeChecker, Map<ts.SourceFile, Names>>();

const namesAt = (checker: ts.TypeChecker, at: ts.Node): Names => {
  const of = (meanings: ts.SymbolFlags): ReadonlySet<string> =>
    new Set(checker.getSymbolsInScope(at, meanings | ts.SymbolFlags.Alias).map(({ name }) => name));
  return { types: of(ts.SymbolFlags.Type | ts.SymbolFlags.Namespace), values: of(ts.SymbolFlags.Value) };
};

function namesOf(checker: ts.TypeChecker, source: ts.SourceFile): Names {
  const files = known.get(checker) ?? new Map<ts.SourceFile, Names>();
  known.set(checker, files);
  const held = files.get(source) ?? namesAt(checker, source);
  files.set(source, held);
  return held;
}

/** `Name`, `name.` of `name.Name`, `typeof name`: not a property, a parameter, a method, or the part behind a dot. */
const NAMES =
  /(?<![\w$.])(?:typeof (?!import\b)([A-Za-z_$][\w$]*)|([A-Z_$][\w$]*)(?![\w$]|\??\s*:|\??[(<][^=]*\)\s*:)|([a-z][\w$]*)(?=\.[A-Z]))/g;
/** `<A, B extends C>(`: names that a signature brings along. */
const PARAMETERS = /<([^<>()]*)>\(/g;

/** Whether every name in the text of a type means something where it is to be written. */
export function areInScope(checker: ts.TypeChecker, text: string, at: ts.Node): boolean {
  const bare = text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");
  const own = [...bare.matchAll(PARAMETERS)].flatMap(([, list = '']) =>
    list.split(',').map((one) => one.trim().replace(/\W.*$/s, '')),
  );
  const names = [...bare.matchAll(NAMES)]
    .map(([, queried, named, root]) => ({
      name: queried ?? named ?? root ?? '',
      isValue: queried !== undefined,
    }))
    .filter(({ name }) => !own.includes(name));
  const means = (all: Names, { name, isValue }: (typeof names)[number]): boolean =>
    (isValue ? all.values : all.types).has(name);
  const missing = names.filter((one) => !means(namesOf(checker, at.getSourceFile()), one));
  if (missing.length === 0) return true;
  // A class of the function around, say.
  const here = namesAt(checker, at);
  return missing.every((one) => means(here, one));
}
