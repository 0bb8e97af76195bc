import { resolve } from 'node:path';
import ts from 'typescript';

/** Where the events are defined that tell of a job: the job itself and what it touches. */
const DEFINITIONS = [
  ['domain/refactoring/job/events.ts', 'JobEvent'],
  ['domain/refactoring/client/heartbeat.ts', 'ClientHeartbeatReceived'],
  ['domain/refactoring/client/job-log.ts', 'LogLineWritten'],
  ['domain/billing/usage.ts', 'UsageEvent'],
  ['domain/billing/account/events.ts', 'AccountEvent'],
  ['domain/billing/budget.ts', 'BudgetEvent'],
] as const;

/** The name in the `type` of an event. */
const nameOf = (checker: ts.TypeChecker, event: ts.Type): string => {
  const type = event.getProperty('type');
  const literal = type && checker.getTypeOfSymbol(type);
  if (!literal?.isStringLiteral()) throw new Error(`${checker.typeToString(event)} has no type of its own`);
  return literal.value;
};

const tellsOfJob = (checker: ts.TypeChecker, event: ts.Type): boolean => {
  const data = event.getProperty('data');
  return data !== undefined && checker.getTypeOfSymbol(data).getProperty('jobId') !== undefined;
};

/** Every type of event that a job can write, taken from the definitions themselves; sorted. */
export const eventTypes = (): string[] => {
  const paths = DEFINITIONS.map(([path]) => resolve(path));
  const program = ts.createProgram(paths, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const names = DEFINITIONS.flatMap(([path, name]) => {
    const file = program.getSourceFile(resolve(path));
    const module = file && checker.getSymbolAtLocation(file);
    const symbol = module && checker.getExportsOfModule(module).find((each) => each.name === name);
    if (symbol === undefined) throw new Error(`${path} exports no ${name}`);
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    const events = type.isUnion() ? type.types : [type];
    return events.filter((event) => tellsOfJob(checker, event)).map((event) => nameOf(checker, event));
  });
  return [...new Set(names)].sort();
};
