import {
  assertCallable,
  callUnknownFunction,
  looseCall,
  looseReceiver,
  passArguments,
} from './rules-calls.ts';
import {
  admitUnassigned,
  alignVariables,
  freeCallback,
  relaxParameters,
  typeParameter,
  typeVariable,
  widenVariable,
} from './rules-declarations.ts';
import {
  assertViaUnknown,
  fitCallback,
  fitNamedParameter,
  fitOverload,
  fitShorthand,
  fitTarget,
  keepLiteral,
} from './rules-fit.ts';
import { declareGlobal } from './rules-globals.ts';
import { extendReceiver, fixKey, indexReceiver, narrowReceiver, openReceiver } from './rules-members.ts';
import { nameInstance, nameMembers, nameProperty } from './rules-names.ts';
import { nameParts } from './rules-patterns.ts';
import { resolveNothing } from './rules-promises.ts';
import { typeReturn, widenResult } from './rules-results.ts';
import { looseThis, typeNew, typeThis } from './rules-this.ts';
import {
  assertIterable,
  assertNumber,
  assertUse,
  compareUnknown,
  nonNull,
  spreadObject,
  testUnknown,
  typeEmptyList,
} from './rules-values.ts';
import type { Rule } from './site.ts';

const of = (codes: readonly number[], ...rules: readonly Rule[]): [number, readonly Rule[]][] =>
  codes.map((code) => [code, rules]);

/** Which rules answer which error of the compiler, the least lossy first. */
export const RULES: ReadonlyMap<number, readonly Rule[]> = new Map([
  ...of([18047, 18048, 18049, 2531, 2532, 2533, 2722], nonNull, assertUse),
  ...of([2454], admitUnassigned, nonNull),
  ...of([18046, 2571, 2407, 2360], assertUse),
  ...of(
    [2345],
    freeCallback,
    typeEmptyList,
    callUnknownFunction,
    passArguments,
    fitNamedParameter,
    fitCallback,
    fitTarget,
  ),
  ...of([2322, 2739, 2740, 2741, 2559, 2820], widenVariable, widenResult, fitShorthand, fitTarget),
  ...of([2769], typeEmptyList, freeCallback, fitCallback, fitOverload),
  ...of([2339, 2551, 2568], nameParts, narrowReceiver, extendReceiver),
  ...of([7053, 7015, 7017, 7052], indexReceiver, fixKey),
  ...of([2353], keepLiteral),
  ...of([2538], fixKey),
  ...of([2542, 2540, 2790, 2704], openReceiver),
  ...of([2362, 2363, 2365, 2356, 2447, 18050], assertNumber),
  ...of([2367, 2678], compareUnknown),
  ...of([2358, 2774, 2801], compareUnknown),
  ...of([1345], testUnknown),
  ...of([2304, 2552, 2580, 2582, 2592], declareGlobal),
  ...of([2349, 2351, 2348], assertCallable),
  ...of([2488, 2461, 2569, 2495], assertIterable),
  ...of([2554, 2555], relaxParameters, looseCall),
  ...of([2556], looseCall),
  ...of([2794], resolveNothing),
  ...of([2352], assertViaUnknown),
  ...of([2698], spreadObject),
  ...of([2403], alignVariables),
  ...of([2683], typeThis),
  ...of([2684], looseThis, looseReceiver),
  ...of([7009], typeNew),
  ...of([7034, 7005], typeVariable),
  ...of([7022], typeVariable, typeReturn),
  ...of([7006, 7019, 7031], typeParameter),
  ...of([7023, 7024], typeReturn),
  ...of([4031, 4032, 2565], nameProperty),
  ...of([4023, 4025, 4082], nameInstance, nameMembers, nameProperty),
]);
