import type { Pool } from 'pg';
import { chargedPlan } from '../../commands/billing/charged-plan.ts';
import type { PaymentServices } from '../../commands/billing/payment-services.ts';
import type { Erasure, IdentityServices } from '../../commands/identity/services.ts';
import type { CommandServices } from '../../commands/index.ts';
import type { KeyServices } from '../../commands/operations/services.ts';
import type { StreamStore } from '../../domain/kernel/event-store.ts';
import type { PersonalTexts } from '../../domain/kernel/personal.ts';
import type { ArtifactStore } from '../../processors/refactoring/artifacts.port.ts';
import type { LiveRules } from '../operations/operating-rules.ts';
import type { OperatorServices } from '../operations/services.ts';
import { ticketServices } from '../operations/tickets.ts';
import { accounts } from './accounts.ts';
import { canonicalHash } from './canonical-hash.ts';
import { postgresExecutionLeases } from './execution-leases.ts';
import { uploadedArtifacts } from './uploaded-artifacts.ts';

const LEASE_SECONDS = 120;

/** Everything that commands need besides the store, from the parts of this process. */
export const commandServices = (
  parts: Readonly<{
    store: StreamStore;
    pool: Pool;
    texts: PersonalTexts;
    erasure: Erasure;
    artifacts: ArtifactStore;
    identity: IdentityServices;
    operators: OperatorServices;
    rules: LiveRules;
    payments?: PaymentServices['payments'];
    /** Absent: none is kept. */
    keys?: KeyServices['keys'];
    leaseSeconds?: number;
  }>,
): CommandServices => {
  const { rules } = parts;
  return {
    ...parts.identity,
    ...parts.operators,
    store: parts.store,
    texts: parts.texts,
    erasure: parts.erasure,
    accounts: accounts(parts.store, rules),
    tiers: rules.tiers,
    charges: {
      cycleEndOf: async (userId) => (await chargedPlan(parts.store, userId))?.cycleEndsAt ?? null,
    },
    rules,
    tickets: ticketServices(parts.store, parts.artifacts, parts.texts),
    artifacts: parts.artifacts,
    uploads: uploadedArtifacts(parts.artifacts),
    payments: parts.payments ?? null,
    keys: parts.keys ?? { problem: async (_reference, name) => `no key ${name} is kept here` },
    leases: postgresExecutionLeases(parts.pool),
    leaseSeconds: parts.leaseSeconds ?? LEASE_SECONDS,
    specHash: canonicalHash,
  };
};
