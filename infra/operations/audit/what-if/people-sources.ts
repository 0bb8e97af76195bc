import type { ClaimEmail, EmailClaimed, EmailClaimState } from '../../../../domain/identity/email-claim.ts';
import type { LinkProvider, ProviderLinked } from '../../../../domain/identity/provider-claim.ts';
import type {
  EndSession,
  OpenSession,
  SessionEvent,
  SessionState,
} from '../../../../domain/identity/session.ts';
import type { UserCommand, UserEvent, UserState } from '../../../../domain/identity/user.ts';
import type {
  AdminSessionEvent,
  SignInAdmin,
  SignOutAdmin,
} from '../../../../domain/operations/admin-session.ts';
import type {
  ConfigurationCommand,
  ConfigurationState,
  SettingChanged,
} from '../../../../domain/operations/configuration.ts';
import type { RosterCommand, RosterEvent, RosterState } from '../../../../domain/operations/roster.ts';
import type {
  SpendingCommand,
  SpendingEvent,
  SpendingState,
} from '../../../../domain/operations/spending.ts';
import type {
  SwitchTicketContext,
  TicketContextEvent,
  TicketContextState,
} from '../../../../domain/operations/ticket.ts';
import { among, known, type Sources } from './source.ts';

/** Accounts and sign-ins of people, and what operators do. */

export const USER_SOURCES: Sources<UserState, UserCommand, UserEvent> = {
  UserRegistered: ({ data }, { rest }) =>
    known({ type: among(rest, 'AccountProven') === null ? 'RegisterUser' : 'RegisterVouched', data }),
  ConsentGiven: ({ data }) =>
    known({ type: 'GiveConsent', data: { ...data, dataProcessing: true, zeroTraining: true } }),
  EmailVerified: ({ data }) => known({ type: 'VerifyEmail', data }),
  PasswordChanged: ({ data: { generation: _generation, ...data } }) =>
    known({ type: 'ChangePassword', data }),
  SessionsRevoked: ({ data: { generation: _generation, ...data } }) =>
    known({ type: 'RevokeSessions', data }),
  AccountProven: ({ data: { generation: _generation, ...data } }) => known({ type: 'ProveAccount', data }),
  AccountDeleted: ({ data: { generation: _generation, eraseAfter: _eraseAfter, ...data } }, { rest }) =>
    known({ type: among(rest, 'SubjectErased') === null ? 'DeleteAccount' : 'EraseSubject', data }),
  SubjectErased: ({ data }) => known({ type: 'EraseSubject', data }),
};

export const EMAIL_SOURCES: Sources<EmailClaimState, ClaimEmail, EmailClaimed> = {
  EmailClaimed: ({ data }) => known({ type: 'ClaimEmail', data }),
};

export const PROVIDER_SOURCES: Sources<EmailClaimState, LinkProvider, ProviderLinked> = {
  ProviderLinked: ({ data }) => known({ type: 'LinkProvider', data }),
};

export const SESSION_SOURCES: Sources<SessionState, OpenSession | EndSession, SessionEvent> = {
  SessionOpened: ({ data }) => known({ type: 'OpenSession', data }),
  SessionEnded: ({ data }) => known({ type: 'EndSession', data }),
};

export const ADMIN_SESSION_SOURCES: Sources<
  'NONE' | 'OPEN' | 'ENDED',
  SignInAdmin | SignOutAdmin,
  AdminSessionEvent
> = {
  AdminSignedIn: ({ data }) => known({ type: 'SignInAdmin', data }),
  AdminSignedOut: ({ data }) => known({ type: 'SignOutAdmin', data }),
};

/** The first super admin is added on the machine itself, and never beside another one. */
export const ROSTER_SOURCES: Sources<RosterState, RosterCommand, RosterEvent> = {
  AdminAdded: ({ data }) => known({ type: data.by.startsWith('cli:') ? 'AddFirstAdmin' : 'AddAdmin', data }),
  AdminRoleSet: ({ data: { generation: _generation, ...data } }) => known({ type: 'SetAdminRole', data }),
  AdminPasswordReset: ({ data: { generation: _generation, ...data } }) =>
    known({ type: 'ResetAdminPassword', data }),
  AdminRemoved: ({ data: { generation: _generation, ...data } }) => known({ type: 'RemoveAdmin', data }),
};

const switched = ({ type, data: { userId, ...data } }: SpendingEvent): SpendingCommand => {
  const halted = type === 'SpendingHalted';
  return userId === null
    ? { type: 'SwitchSpending', data: { ...data, halted } }
    : { type: 'SwitchUserSpending', data: { ...data, userId, halted } };
};

export const SPENDING_SOURCES: Sources<SpendingState, SpendingCommand, SpendingEvent> = {
  SpendingHalted: (event) => known(switched(event)),
  SpendingReleased: (event) => known(switched(event)),
};

/** Going back to an older value writes the same event as setting it. */
export const CONFIGURATION_SOURCES: Sources<ConfigurationState, ConfigurationCommand, SettingChanged> = {
  SettingChanged: ({ data: { revision: _revision, ...data } }) => known({ type: 'ChangeSetting', data }),
};

export const TICKET_CONTEXT_SOURCES: Sources<TicketContextState, SwitchTicketContext, TicketContextEvent> = {
  TicketContextAllowed: ({ data }) =>
    known({ type: 'SwitchTicketContext', data: { ...data, allowed: true } }),
  TicketContextWithdrawn: ({ data }) =>
    known({ type: 'SwitchTicketContext', data: { ...data, allowed: false } }),
};
