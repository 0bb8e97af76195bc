import type {
  ArtifactRef,
  BaseManifest,
  EntitlementSnapshot,
  FileHashes,
  Goal,
  ModelClass,
  Preflight,
  PresentationMode,
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
    baseManifest?: BaseManifest;
    /** In events written before there was a manifest: the hashes themselves. */
    baseHashes?: FileHashes;
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
  }
>;
