import type { SignInAdmin, SignOutAdmin } from '../../domain/operations/admin-session.ts';
import type { ConfigurationCommand } from '../../domain/operations/configuration.ts';
import type { RecordLogRead } from '../../domain/operations/log-read.ts';
import type { RosterCommand } from '../../domain/operations/roster.ts';
import type { SpendingCommand } from '../../domain/operations/spending.ts';
import type { ReportTelemetry } from '../../domain/operations/telemetry.ts';
import type { OpenTicket, SwitchTicketContext } from '../../domain/operations/ticket.ts';
import { addAdmin, addFirstAdmin, removeAdmin, resetAdminPassword, setAdminRole } from './admin-accounts.ts';
import { signInAdmin, signOutAdmin } from './admin-session.ts';
import { changeSetting, rollBackSetting } from './configuration.ts';
import { recordLogRead } from './log-read.ts';
import { switchSpending, switchUserSpending } from './spending.ts';
import { reportTelemetry } from './telemetry.ts';
import { openTicket, switchTicketContext } from './tickets.ts';

export type OperationsCommand =
  | RosterCommand
  | SignInAdmin
  | SignOutAdmin
  | SpendingCommand
  | ConfigurationCommand
  | RecordLogRead
  | ReportTelemetry
  | OpenTicket
  | SwitchTicketContext;

/** Of operators by operators, and what people tell them. */
export const operationsCommands = {
  AddFirstAdmin: addFirstAdmin,
  AddAdmin: addAdmin,
  SetAdminRole: setAdminRole,
  ResetAdminPassword: resetAdminPassword,
  RemoveAdmin: removeAdmin,
  SignInAdmin: signInAdmin,
  SignOutAdmin: signOutAdmin,
  SwitchSpending: switchSpending,
  SwitchUserSpending: switchUserSpending,
  ChangeSetting: changeSetting,
  RollBackSetting: rollBackSetting,
  RecordLogRead: recordLogRead,
  ReportTelemetry: reportTelemetry,
  OpenTicket: openTicket,
  SwitchTicketContext: switchTicketContext,
};
