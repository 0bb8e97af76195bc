import type { MODEL_CLASSES } from '../kernel/tiers.ts';

/** Gateways that a worker has. */
export const GATEWAYS = ['recipe'] as const;

export type Route = Readonly<{ gateway: string; model: string }>;

/** Which gateways answer a class of models, in the order in which they are asked (LLM-02). */
export type RouteTable = Readonly<Record<(typeof MODEL_CLASSES)[number], readonly Route[]>>;

const RECIPES: readonly Route[] = [{ gateway: 'recipe', model: 'recipes' }];

/** Where no model is configured, recipes answer every class as far as they can. */
export const RECIPES_ONLY: RouteTable = { L0: RECIPES, L1: RECIPES, L2: RECIPES, L3: RECIPES };
