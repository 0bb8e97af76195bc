import type { AccountCommand } from '../domain/billing/account/commands.ts';
import type { BudgetCommand } from '../domain/billing/budget.ts';
import type { FinanceExportCommand } from '../domain/billing/finance-export.ts';
import type { RecordSweep } from '../domain/billing/payments/sweeps.ts';
import type { PeriodCommand } from '../domain/billing/periods.ts';
import type { PublishPrices } from '../domain/billing/price-lists.ts';
import type { UsageCommand } from '../domain/billing/usage.ts';
import type { ProveAccount, RegisterVouched, UserCommand } from '../domain/identity/user.ts';
import type { StreamStore } from '../domain/kernel/event-store.ts';
import type { SendHeartbeat } from '../domain/refactoring/client/heartbeat.ts';
import type { WriteLogLines } from '../domain/refactoring/client/job-log.ts';
import type { JobCommand } from '../domain/refactoring/job/commands.ts';
import { accountCommands } from './billing/account-commands.ts';
import { budgetCommands } from './billing/budget-commands.ts';
import { type CorrectCharge, correctCharge } from './billing/correct-charge.ts';
import { exportProgress, requestExport } from './billing/finance-export.ts';
import { type GrantGoodwill, grantGoodwill } from './billing/grant-goodwill.ts';
import { type OpenCheckout, type OpenPortal, openCheckout, openPortal } from './billing/payment-pages.ts';
import type { PaymentServices } from './billing/payment-services.ts';
import { periodCommands } from './billing/period-commands.ts';
import { publishPrices } from './billing/publish-prices.ts';
import { recordSweep } from './billing/record-sweep.ts';
import { type TakeBalance, takeBalance } from './billing/take-balance.ts';
import { type TakeWebhook, takeWebhook } from './billing/take-webhook.ts';
import type { TierServices } from './billing/tier-services.ts';
import { usageCommands } from './billing/usage-commands.ts';
import {
  changePassword,
  type ResetPassword,
  resetPassword,
  type SendPasswordChange,
} from './identity/change-password.ts';
import { deleteAccount } from './identity/delete-account.ts';
import {
  type DecideDevice,
  decideDevice,
  type SignInDevice,
  type StartDevice,
  signInDevice,
  startDevice,
} from './identity/device.ts';
import {
  type Logout,
  logout,
  type RevokeSession,
  revokeSession,
  revokeSessions,
} from './identity/end-session.ts';
import { eraseSubject } from './identity/erase-subject.ts';
import { giveConsent } from './identity/give-consent.ts';
import {
  type ForgetPassword,
  forgetPassword,
  type SendVerification,
  verifyEmail,
} from './identity/mail-tokens.ts';
import { type CreatePersonalToken, createPersonalToken } from './identity/personal-tokens.ts';
import { linkProvider, type SendProviderLink } from './identity/provider-link.ts';
import { type SignInByProvider, signInByProvider } from './identity/provider-sign-in.ts';
import { type RefreshSession, refreshSession } from './identity/refresh-session.ts';
import { registerUser, type SendRegistration } from './identity/register-user.ts';
import type { ChargeServices, ErasureServices, IdentityServices } from './identity/services.ts';
import { type SignIn, signInUser } from './identity/sign-in.ts';
import type { AnyCommandFile, CommandFile } from './kernel/command.ts';
import { type OperationsCommand, operationsCommands } from './operations/operations-commands.ts';
import type { KeyServices, OperationsServices, SupportServices } from './operations/services.ts';
import { abandonJob } from './refactoring/abandon-job.ts';
import { acceptDelivery, type SendSelection } from './refactoring/accept-delivery.ts';
import { applyDelivery } from './refactoring/apply-delivery.ts';
import { approveSpec } from './refactoring/approve-spec.ts';
import { attachContext, type SendContext } from './refactoring/attach-context.ts';
import { cancelJob } from './refactoring/cancel-job.ts';
import { claimExecution } from './refactoring/claim-execution.ts';
import { confirmDeepFix } from './refactoring/confirm-deep-fix.ts';
import { confirmEscalation } from './refactoring/confirm-escalation.ts';
import { continueRepair } from './refactoring/continue-repair.ts';
import { type ConvertSpecText, convertSpecText } from './refactoring/convert-spec-text.ts';
import { decideTimeout } from './refactoring/decide-timeout.ts';
import { declineEscalation } from './refactoring/decline-escalation.ts';
import { forceTerminate } from './refactoring/force-terminate.ts';
import { openIntervention } from './refactoring/open-intervention.ts';
import { overrideBaseline } from './refactoring/override-baseline.ts';
import { reopenSpec } from './refactoring/reopen-spec.ts';
import { reportExecution, type SendReport } from './refactoring/report-execution.ts';
import { requestJob } from './refactoring/request-job.ts';
import { retryStronger } from './refactoring/retry-stronger.ts';
import { revertDelivery } from './refactoring/revert-delivery.ts';
import { reviseSpec } from './refactoring/revise-spec.ts';
import { runInterventionTests, type SendPatch } from './refactoring/run-intervention-tests.ts';
import { selectProposal } from './refactoring/select-proposal.ts';
import { sendHeartbeat } from './refactoring/send-heartbeat.ts';
import type { RefactoringServices } from './refactoring/services.ts';
import { type SendStart, startJob } from './refactoring/start-job.ts';
import { systemCommands } from './refactoring/system-commands.ts';
import { type UploadArtifact, uploadArtifact } from './refactoring/upload-artifact.ts';
import { type UploadContextPart, uploadContextPart } from './refactoring/upload-context-part.ts';
import { writeLogLines } from './refactoring/write-log-lines.ts';

export type CommandServices = IdentityServices &
  ErasureServices &
  ChargeServices &
  PaymentServices &
  TierServices &
  RefactoringServices &
  OperationsServices &
  KeyServices &
  SupportServices &
  Readonly<{ store: StreamStore }>;

/** Commands of the job as they are sent: with content or claims that the job gets in another form. */
type Sent = SendContext | SendStart | SendPatch | SendReport | SendSelection;

/** Decisions within a sign-in at a provider, which nobody sends alone. */
type OfProviderSignIn = RegisterVouched | ProveAccount;

/** Commands of the account as they are sent: with the session that follows, or the token that proves them. */
type SentOfIdentity = SendRegistration | SendPasswordChange | SendVerification;

export type AnyCommand =
  | Exclude<UserCommand, { type: (SentOfIdentity | OfProviderSignIn)['type'] }>
  | SentOfIdentity
  | SignIn
  | RefreshSession
  | Logout
  | RevokeSession
  | ForgetPassword
  | ResetPassword
  | StartDevice
  | DecideDevice
  | SignInDevice
  | CreatePersonalToken
  | SignInByProvider
  | SendProviderLink
  | OperationsCommand
  | AccountCommand
  | GrantGoodwill
  | CorrectCharge
  | UsageCommand
  | BudgetCommand
  | PeriodCommand
  | FinanceExportCommand
  | PublishPrices
  | OpenCheckout
  | OpenPortal
  | TakeWebhook
  | RecordSweep
  | TakeBalance
  | Exclude<JobCommand, { type: Sent['type'] }>
  | Sent
  | ConvertSpecText
  | WriteLogLines
  | SendHeartbeat
  | UploadArtifact
  | UploadContextPart;

type Manifest = {
  readonly [Type in AnyCommand['type']]: CommandFile<Extract<AnyCommand, { type: Type }>, CommandServices>;
};

/** Every command of the system, by type. One that is missing here does not compile. */
export const commands: Manifest = {
  // identity
  RegisterUser: registerUser,
  SignIn: signInUser,
  RefreshSession: refreshSession,
  Logout: logout,
  RevokeSession: revokeSession,
  RevokeSessions: revokeSessions,
  ChangePassword: changePassword,
  ForgetPassword: forgetPassword,
  ResetPassword: resetPassword,
  VerifyEmail: verifyEmail,
  StartDevice: startDevice,
  DecideDevice: decideDevice,
  SignInDevice: signInDevice,
  CreatePersonalToken: createPersonalToken,
  SignInByProvider: signInByProvider,
  LinkProvider: linkProvider,
  DeleteAccount: deleteAccount,
  EraseSubject: eraseSubject,
  GiveConsent: giveConsent,
  // operators
  ...operationsCommands,
  // billing
  ...accountCommands,
  GrantGoodwill: grantGoodwill,
  CorrectCharge: correctCharge,
  ...usageCommands,
  ...budgetCommands,
  ...periodCommands,
  RequestExport: requestExport,
  ...exportProgress,
  PublishPrices: publishPrices,
  OpenCheckout: openCheckout,
  OpenPortal: openPortal,
  TakeWebhook: takeWebhook,
  RecordSweep: recordSweep,
  TakeBalance: takeBalance,
  // the job, by the person
  RequestJob: requestJob,
  AttachContext: attachContext,
  StartJob: startJob,
  SelectProposal: selectProposal,
  ConvertSpecText: convertSpecText,
  ReviseSpec: reviseSpec,
  ApproveSpec: approveSpec,
  ReopenSpec: reopenSpec,
  OverrideBaseline: overrideBaseline,
  DecideTimeout: decideTimeout,
  ConfirmEscalation: confirmEscalation,
  DeclineEscalation: declineEscalation,
  ConfirmDeepFix: confirmDeepFix,
  OpenIntervention: openIntervention,
  ContinueRepair: continueRepair,
  RunInterventionTests: runInterventionTests,
  RetryStronger: retryStronger,
  AbandonJob: abandonJob,
  CancelJob: cancelJob,
  ForceTerminate: forceTerminate,
  AcceptDelivery: acceptDelivery,
  ApplyDelivery: applyDelivery,
  RevertDelivery: revertDelivery,
  // the job, by the executor
  SendHeartbeat: sendHeartbeat,
  ClaimExecution: claimExecution,
  WriteLogLines: writeLogLines,
  UploadArtifact: uploadArtifact,
  UploadContextPart: uploadContextPart,
  ReportExecution: reportExecution,
  // the job, by its process and reactors
  ...systemCommands,
};

/** By type, for callers that hold any command. */
export const commandFiles: ReadonlyMap<string, AnyCommandFile<CommandServices>> = new Map(
  Object.entries<AnyCommandFile<CommandServices>>(commands),
);
