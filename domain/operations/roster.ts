import type { Decider } from '../kernel/decider.ts';
import type { Command, Event } from '../kernel/message.ts';
import { never } from '../kernel/never.ts';
import { Rejection } from '../kernel/rejection.ts';
import type { AdminRole, AdminScope } from './permissions.ts';

/**
 * All operators, apart from the users of the product (OPS-01); one stream, because there are few and rules are about all of
 * them: one address once, and never without a super admin. `emailKey` is a keyed hash. `by`: the operator who did it, or
 * `cli:<account>` for who did it on the machine itself. What raises `generation` ends the operator's sessions.
 */
type About<More> = Readonly<{ adminId: string; by: string; at: string }> & Readonly<More>;
type Granted = Readonly<{ role: AdminRole; scopes: readonly AdminScope[] }>;

export type AdminAdded = Event<'AdminAdded', About<Granted & { emailKey: string }>>;
export type AdminRoleSet = Event<'AdminRoleSet', About<Granted & { generation: number }>>;
export type AdminPasswordReset = Event<'AdminPasswordReset', About<{ generation: number }>>;
export type AdminRemoved = Event<'AdminRemoved', About<{ generation: number }>>;
export type RosterEvent = AdminAdded | AdminRoleSet | AdminPasswordReset | AdminRemoved;

/** On the machine itself only: an operator without whom there would be none. */
export type AddFirstAdmin = Command<'AddFirstAdmin', About<{ emailKey: string }>>;
export type AddAdmin = Command<'AddAdmin', About<Granted & { emailKey: string }>>;
export type SetAdminRole = Command<'SetAdminRole', About<Granted>>;
export type ResetAdminPassword = Command<'ResetAdminPassword', About<unknown>>;
export type RemoveAdmin = Command<'RemoveAdmin', About<unknown>>;
export type RosterCommand = AddFirstAdmin | AddAdmin | SetAdminRole | ResetAdminPassword | RemoveAdmin;

export type Admin = Granted & Readonly<{ adminId: string; emailKey: string; generation: number }>;

/** Those who are not removed, in the order of their coming. */
export type RosterState = readonly Admin[];

const evolve = (state: RosterState, event: RosterEvent): RosterState => {
  const { adminId } = event.data;
  const changed = (more: Partial<Admin>): RosterState =>
    state.map((admin) => (admin.adminId === adminId ? { ...admin, ...more } : admin));
  switch (event.type) {
    case 'AdminAdded': {
      const { emailKey, role, scopes } = event.data;
      return [...state, { adminId, emailKey, role, scopes, generation: 0 }];
    }
    case 'AdminRoleSet': {
      const { role, scopes, generation } = event.data;
      return changed({ role, scopes, generation });
    }
    case 'AdminPasswordReset':
      return changed({ generation: event.data.generation });
    case 'AdminRemoved':
      return state.filter((admin) => admin.adminId !== adminId);
    default:
      return never(event);
  }
};

const isSuper = ({ role }: Granted): boolean => role === 'SUPER_ADMIN';

const add = (data: AddAdmin['data'], state: RosterState): RosterEvent[] => {
  if (state.some(({ emailKey }) => emailKey === data.emailKey))
    throw new Rejection('ADMIN_EXISTS', 'There is an operator with this address.');
  return [{ type: 'AdminAdded', data }];
};

const known = (adminId: string, state: RosterState): Admin => {
  const found = state.find((admin) => admin.adminId === adminId);
  if (found === undefined) throw new Rejection('ADMIN_NOT_FOUND', 'There is no such operator.');
  return found;
};

/** Without a super admin nobody could ever be added again. */
const keepOneSuper = (leaving: Admin, state: RosterState): void => {
  if (state.every((admin) => admin === leaving || !isSuper(admin)))
    throw new Rejection('LAST_SUPER_ADMIN', 'This is the last super admin: add another one first.');
};

const setRole = ({ data }: SetAdminRole, state: RosterState): RosterEvent[] => {
  const admin = known(data.adminId, state);
  const isSame = admin.role === data.role && admin.scopes.join() === data.scopes.join();
  if (isSame) return [];
  if (!isSuper(data)) keepOneSuper(admin, state);
  return [{ type: 'AdminRoleSet', data: { ...data, generation: admin.generation + 1 } }];
};

const decide = (command: RosterCommand, state: RosterState): RosterEvent[] => {
  switch (command.type) {
    case 'AddFirstAdmin':
      if (state.some(isSuper))
        throw new Rejection('SUPER_ADMIN_EXISTS', 'There is a super admin already, who adds the others.');
      return add({ ...command.data, role: 'SUPER_ADMIN', scopes: [] }, state);
    case 'AddAdmin':
      return add(command.data, state);
    case 'SetAdminRole':
      return setRole(command, state);
    case 'ResetAdminPassword': {
      const { adminId, by, at } = command.data;
      const generation = known(adminId, state).generation + 1;
      return [{ type: 'AdminPasswordReset', data: { adminId, by, at, generation } }];
    }
    case 'RemoveAdmin': {
      const { adminId, by, at } = command.data;
      const admin = known(adminId, state);
      keepOneSuper(admin, state);
      return [{ type: 'AdminRemoved', data: { adminId, by, at, generation: admin.generation + 1 } }];
    }
    default:
      return never(command);
  }
};

export const roster: Decider<RosterState, RosterCommand, RosterEvent> = {
  initialState: () => [],
  evolve,
  decide,
};

export const ROSTER_STREAM = 'admin-roster';
