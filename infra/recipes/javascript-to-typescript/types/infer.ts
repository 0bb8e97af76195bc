import { inferClassMembers } from './class-members.ts';
import { exportConstructors } from './constructors.ts';
import { inferAccumulators } from './infer-accumulators.ts';
import { inferFields } from './infer-fields.ts';
import { untypedModules } from './infer-modules.ts';
import { type DocumentedParameter, inferParameters } from './infer-parameters.ts';
import { inferVariables } from './infer-variables.ts';
import { inferInstances } from './instances.ts';
import type { Work } from './work.ts';

/** Types travel one call further per round; more rounds change little in practice. */
const ROUNDS = 6;
/** In the last rounds a position without evidence is written down as `unknown`. */
const FINAL_ROUNDS = 2;

/**
 * Infers the types of parameters, fields, instances and variables until nothing changes. `distrusted` names parameters
 * whose comment is not to be believed. Returns the parameters whose type came from a comment.
 */
export function inferTypes(
  work: Work,
  distrusted: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, DocumentedParameter> {
  const documented = new Map<string, DocumentedParameter>();
  for (let round = 0; round < ROUNDS; round++) {
    const view = work.look();
    const final = round >= ROUNDS - FINAL_ROUNDS;
    const untyped = untypedModules(view);
    let changed = untyped !== null && work.declareUntyped(untyped) ? 1 : 0;
    changed += inferParameters(view, { distrusted, final, documented });
    changed += inferFields(view, final);
    changed += inferClassMembers(view);
    changed += inferInstances(view);
    changed += exportConstructors(view);
    changed += inferVariables(view, final);
    changed += inferAccumulators(view);
    work.flush();
    if (changed === 0 && final) break;
    if (changed === 0) round = Math.max(round, ROUNDS - FINAL_ROUNDS - 1);
  }
  return documented;
}
