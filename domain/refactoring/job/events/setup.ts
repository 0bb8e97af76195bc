import type {
  ArtifactRef,
  BaseManifest,
  EntitlementSnapshot,
  Goal,
  ModelClass,
  Preflight,
  PresentationMode,
  TestMode,
} from '../values.ts';
import type { In } from './in.ts';

/** From the request to the start. */

export type JobRequested = In<
  'JobRequested',
  {
    ownerId: string;
    goal: Goal;
    goalText: string;
    targets: readonly string[];
    mode: PresentationMode;
    title: string;
  }
>;
export type ContextAttached = In<
  'ContextAttached',
  {
    context: ArtifactRef;
    files: number;
    bytes: number;
    /** null: the event is older than manifests. */
    baseManifest: BaseManifest | null;
  }
>;
export type JobStarted = In<
  'JobStarted',
  {
    ownerId: string;
    consentAt: string;
    entitlement: EntitlementSnapshot;
    preflight: Preflight;
    fastTrack: boolean;
    /** Micro-credits held; 0 for recipe-only jobs. */
    hold: number;
    /** Model classes allowed without a further question; absent: none. */
    preAuthorised?: readonly ModelClass[];
    /** The person's choice of how tests are made; absent: none. */
    testMode?: TestMode;
  }
>;
