import type { SignInAdmin, SignOutAdmin } from '../../domain/operations/admin-session.ts';
import type { RosterCommand } from '../../domain/operations/roster.ts';
import { addAdmin, addFirstAdmin, removeAdmin, resetAdminPassword, setAdminRole } from './admin-accounts.ts';
import { signInAdmin, signOutAdmin } from './admin-session.ts';

export type OperationsCommand = RosterCommand | SignInAdmin | SignOutAdmin;

/** Of operators, by operators. */
export const operationsCommands = {
  AddFirstAdmin: addFirstAdmin,
  AddAdmin: addAdmin,
  SetAdminRole: setAdminRole,
  ResetAdminPassword: resetAdminPassword,
  RemoveAdmin: removeAdmin,
  SignInAdmin: signInAdmin,
  SignOutAdmin: signOutAdmin,
};
