import { isSyntaxFailure, type ModuleGoal, type ParsedModule, parseModule } from '../syntax/parse.ts';

/** The module of this text; throws `SyntaxError`. */
export const parsed = (
  text: string,
  goal: ModuleGoal = 'commonjs',
  path: string = 'index.js',
): ParsedModule => {
  const module = parseModule(path, text, goal);
  if (isSyntaxFailure(module)) throw new SyntaxError(module.message);
  return module;
};
