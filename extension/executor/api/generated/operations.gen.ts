// Generated from the OpenAPI document: npm run openapi:generate

import type * as types from './types.gen.ts';
import * as checks from './zod.gen.ts';

export const operations = {
  AbandonJob: { method: 'POST', path: '/api/v1/jobs/{job_id}/abandon', answer: checks.zAbandonJobResponse },
  AcceptDelivery: { method: 'POST', path: '/api/v1/jobs/{job_id}/delivery/accept', answer: checks.zAcceptDeliveryResponse },
  AddAdmin: { method: 'POST', path: '/api/v1/admin/accounts', answer: checks.zAddAdminResponse },
  ApplyDelivery: { method: 'POST', path: '/api/v1/jobs/{job_id}/delivery/apply', answer: checks.zApplyDeliveryResponse },
  ApproveSpec: { method: 'POST', path: '/api/v1/jobs/{job_id}/spec/approve', answer: checks.zApproveSpecResponse },
  AttachContext: { method: 'POST', path: '/api/v1/jobs/{job_id}/context', answer: checks.zAttachContextResponse },
  AuditEvents: { method: 'GET', path: '/api/v1/admin/audit/events', answer: checks.zAuditEventsResponse },
  AuditJob: { method: 'GET', path: '/api/v1/admin/audit/jobs/{job_id}', answer: checks.zAuditJobResponse },
  AuditMoment: { method: 'GET', path: '/api/v1/admin/audit/streams/{stream}/at', answer: checks.zAuditMomentResponse },
  AuditStream: { method: 'GET', path: '/api/v1/admin/audit/streams/{stream}', answer: checks.zAuditStreamResponse },
  AuditWhatIf: { method: 'GET', path: '/api/v1/admin/audit/streams/{stream}/what-if', answer: checks.zAuditWhatIfResponse },
  BeginProviderLink: { method: 'POST', path: '/api/v1/auth/oauth/{provider}/link', answer: checks.zBeginProviderLinkResponse },
  CancelJob: { method: 'DELETE', path: '/api/v1/jobs/{job_id}', answer: checks.zCancelJobResponse },
  ChangePassword: { method: 'POST', path: '/api/v1/auth/change-password', answer: checks.zChangePasswordResponse },
  ChangeSetting: { method: 'PUT', path: '/api/v1/admin/config/{key}', answer: checks.zChangeSettingResponse },
  ClaimExecution: { method: 'POST', path: '/api/v1/jobs/{job_id}/executions/{execution_id}/claim', answer: checks.zClaimExecutionResponse },
  ClosePeriod: { method: 'POST', path: '/api/v1/admin/finance/periods/{period}/close', answer: checks.zClosePeriodResponse },
  ConfirmDeepFix: { method: 'POST', path: '/api/v1/jobs/{job_id}/intervention/deep-fix', answer: checks.zConfirmDeepFixResponse },
  ConfirmEscalation: { method: 'POST', path: '/api/v1/jobs/{job_id}/escalation/confirm', answer: checks.zConfirmEscalationResponse },
  ContinueRepair: { method: 'POST', path: '/api/v1/jobs/{job_id}/intervention/continue', answer: checks.zContinueRepairResponse },
  ConvertSpecText: { method: 'POST', path: '/api/v1/jobs/{job_id}/spec/nl-convert', answer: checks.zConvertSpecTextResponse },
  CorrectCharge: { method: 'POST', path: '/api/v1/admin/finance/corrections', answer: checks.zCorrectChargeResponse },
  CreatePersonalToken: { method: 'POST', path: '/api/v1/auth/tokens', answer: checks.zCreatePersonalTokenResponse },
  DecideDevice: { method: 'POST', path: '/api/v1/auth/device/decide', answer: checks.zDecideDeviceResponse },
  DecideTimeout: { method: 'POST', path: '/api/v1/jobs/{job_id}/timeout/decide', answer: checks.zDecideTimeoutResponse },
  DeclineEscalation: { method: 'POST', path: '/api/v1/jobs/{job_id}/escalation/decline', answer: checks.zDeclineEscalationResponse },
  DeleteAccount: { method: 'DELETE', path: '/api/v1/account', answer: checks.zDeleteAccountResponse },
  DownloadArtifact: { method: 'GET', path: '/api/v1/jobs/{job_id}/artifacts/{artifact_id}', answer: checks.zDownloadArtifactResponse },
  DownloadFinanceExport: { method: 'GET', path: '/api/v1/admin/finance/exports/{export_id}/files/{name}', answer: checks.zDownloadFinanceExportResponse },
  DownloadPatch: { method: 'GET', path: '/api/v1/jobs/{job_id}/delivery/patch', answer: checks.zDownloadPatchResponse },
  FollowJob: { method: 'GET', path: '/api/v1/jobs/{job_id}/logs', answer: checks.zFollowJobResponse },
  FollowJobs: { method: 'GET', path: '/api/v1/jobs/stream', answer: checks.zFollowJobsResponse },
  ForceTerminate: { method: 'POST', path: '/api/v1/jobs/{job_id}/force-terminate', answer: checks.zForceTerminateResponse },
  ForgetPassword: { method: 'POST', path: '/api/v1/auth/forgot-password', answer: checks.zForgetPasswordResponse },
  GetAnalytics: { method: 'GET', path: '/api/v1/admin/analytics', answer: checks.zGetAnalyticsResponse },
  GetConsistencyProof: { method: 'GET', path: '/api/v1/audit/consistency', answer: checks.zGetConsistencyProofResponse },
  GetDelivery: { method: 'GET', path: '/api/v1/jobs/{job_id}/delivery', answer: checks.zGetDeliveryResponse },
  GetFinanceExport: { method: 'GET', path: '/api/v1/admin/finance/exports/{export_id}', answer: checks.zGetFinanceExportResponse },
  GetHealth: { method: 'GET', path: '/api/v1/admin/health', answer: checks.zGetHealthResponse },
  GetInclusionProof: { method: 'GET', path: '/api/v1/audit/inclusion/{position}', answer: checks.zGetInclusionProofResponse },
  GetJob: { method: 'GET', path: '/api/v1/jobs/{job_id}', answer: checks.zGetJobResponse },
  GetJobEvents: { method: 'GET', path: '/api/v1/jobs/{job_id}/events', answer: checks.zGetJobEventsResponse },
  GetJobProof: { method: 'GET', path: '/api/v1/usage/job/{job_id}/proof', answer: checks.zGetJobProofResponse },
  GetJobUsage: { method: 'GET', path: '/api/v1/usage/job/{job_id}', answer: checks.zGetJobUsageResponse },
  GetMail: { method: 'GET', path: '/api/v1/admin/mails/{mail_id}', answer: checks.zGetMailResponse },
  GetMe: { method: 'GET', path: '/api/v1/auth/me', answer: checks.zGetMeResponse },
  GetOperator: { method: 'GET', path: '/api/v1/admin/auth/me', answer: checks.zGetOperatorResponse },
  GetPlan: { method: 'GET', path: '/api/v1/billing/plan', answer: checks.zGetPlanResponse },
  GetProposals: { method: 'GET', path: '/api/v1/jobs/{job_id}/proposals', answer: checks.zGetProposalsResponse },
  GetSetting: { method: 'GET', path: '/api/v1/admin/config/{key}', answer: checks.zGetSettingResponse },
  GetSpec: { method: 'GET', path: '/api/v1/jobs/{job_id}/spec', answer: checks.zGetSpecResponse },
  GetSubscription: { method: 'GET', path: '/api/v1/subscription/me', answer: checks.zGetSubscriptionResponse },
  GetTreeHead: { method: 'GET', path: '/api/v1/audit/head', answer: checks.zGetTreeHeadResponse },
  GetTreeKeys: { method: 'GET', path: '/api/v1/audit/keys', answer: checks.zGetTreeKeysResponse },
  GetUsageReport: { method: 'GET', path: '/api/v1/billing/usage-report', answer: checks.zGetUsageReportResponse },
  GetUsageSummary: { method: 'GET', path: '/api/v1/usage/summary', answer: checks.zGetUsageSummaryResponse },
  GiveConsent: { method: 'POST', path: '/api/v1/account/consent', answer: checks.zGiveConsentResponse },
  GrantGoodwill: { method: 'PATCH', path: '/api/v1/admin/quota/{user_id}', answer: checks.zGrantGoodwillResponse },
  ListHalts: { method: 'GET', path: '/api/v1/admin/kill-switch', answer: checks.zListHaltsResponse },
  ListJobs: { method: 'GET', path: '/api/v1/jobs', answer: checks.zListJobsResponse },
  ListMails: { method: 'GET', path: '/api/v1/admin/mails', answer: checks.zListMailsResponse },
  ListOperators: { method: 'GET', path: '/api/v1/admin/accounts', answer: checks.zListOperatorsResponse },
  ListPeriods: { method: 'GET', path: '/api/v1/admin/finance/periods', answer: checks.zListPeriodsResponse },
  ListPersonalTokens: { method: 'GET', path: '/api/v1/auth/tokens', answer: checks.zListPersonalTokensResponse },
  ListPrices: { method: 'GET', path: '/api/v1/admin/finance/prices', answer: checks.zListPricesResponse },
  ListProviderAccounts: { method: 'GET', path: '/api/v1/auth/oauth/accounts', answer: checks.zListProviderAccountsResponse },
  ListSessions: { method: 'GET', path: '/api/v1/auth/sessions', answer: checks.zListSessionsResponse },
  ListSettings: { method: 'GET', path: '/api/v1/admin/config', answer: checks.zListSettingsResponse },
  ListTickets: { method: 'GET', path: '/api/v1/admin/support/tickets', answer: checks.zListTicketsResponse },
  ListTreeHeads: { method: 'GET', path: '/api/v1/audit/heads', answer: checks.zListTreeHeadsResponse },
  Logout: { method: 'POST', path: '/api/v1/auth/logout', answer: checks.zLogoutResponse },
  OpenCheckout: { method: 'POST', path: '/api/v1/billing/checkout', answer: checks.zOpenCheckoutResponse },
  OpenIntervention: { method: 'POST', path: '/api/v1/jobs/{job_id}/intervention/command', answer: checks.zOpenInterventionResponse },
  OpenPortal: { method: 'POST', path: '/api/v1/billing/portal', answer: checks.zOpenPortalResponse },
  OpenTicket: { method: 'POST', path: '/api/v1/support/tickets', answer: checks.zOpenTicketResponse },
  OverrideBaseline: { method: 'POST', path: '/api/v1/jobs/{job_id}/baseline/override', answer: checks.zOverrideBaselineResponse },
  PublishPrices: { method: 'POST', path: '/api/v1/admin/finance/prices', answer: checks.zPublishPricesResponse },
  RaiseHold: { method: 'POST', path: '/api/v1/jobs/{job_id}/budget/raise', answer: checks.zRaiseHoldResponse },
  ReconcilePeriod: { method: 'GET', path: '/api/v1/admin/finance/periods/{period}/reconciliation', answer: checks.zReconcilePeriodResponse },
  RedeemSignIn: { method: 'POST', path: '/api/v1/auth/oauth/token', answer: checks.zRedeemSignInResponse },
  RefreshSession: { method: 'POST', path: '/api/v1/auth/refresh', answer: checks.zRefreshSessionResponse },
  RegisterUser: { method: 'POST', path: '/api/v1/auth/register', answer: checks.zRegisterUserResponse },
  RemoveAdmin: { method: 'DELETE', path: '/api/v1/admin/accounts/{admin_id}', answer: checks.zRemoveAdminResponse },
  ReopenSpec: { method: 'POST', path: '/api/v1/jobs/{job_id}/spec/reopen', answer: checks.zReopenSpecResponse },
  ReplayProjection: { method: 'GET', path: '/api/v1/admin/audit/replay/{projection}', answer: checks.zReplayProjectionResponse },
  ReportExecution: { method: 'POST', path: '/api/v1/jobs/{job_id}/sandbox/report', answer: checks.zReportExecutionResponse },
  ReportTelemetry: { method: 'POST', path: '/api/v1/telemetry/events', answer: checks.zReportTelemetryResponse },
  RequestExport: { method: 'POST', path: '/api/v1/admin/finance/exports', answer: checks.zRequestExportResponse },
  RequestJob: { method: 'POST', path: '/api/v1/jobs', answer: checks.zRequestJobResponse },
  ResetAdminPassword: { method: 'POST', path: '/api/v1/admin/accounts/{admin_id}/reset-password', answer: checks.zResetAdminPasswordResponse },
  ResetPassword: { method: 'POST', path: '/api/v1/auth/reset-password', answer: checks.zResetPasswordResponse },
  RestatePeriod: { method: 'POST', path: '/api/v1/admin/finance/periods/{period}/restatements', answer: checks.zRestatePeriodResponse },
  RetryStronger: { method: 'POST', path: '/api/v1/jobs/{job_id}/retry-stronger', answer: checks.zRetryStrongerResponse },
  RevertDelivery: { method: 'POST', path: '/api/v1/jobs/{job_id}/delivery/revert', answer: checks.zRevertDeliveryResponse },
  ReviseSpec: { method: 'PATCH', path: '/api/v1/jobs/{job_id}/spec', answer: checks.zReviseSpecResponse },
  RevokeSession: { method: 'DELETE', path: '/api/v1/auth/sessions/{session_id}', answer: checks.zRevokeSessionResponse },
  RevokeSessions: { method: 'DELETE', path: '/api/v1/auth/sessions', answer: checks.zRevokeSessionsResponse },
  RollBackSetting: { method: 'POST', path: '/api/v1/admin/config/{key}/rollback', answer: checks.zRollBackSettingResponse },
  RunInterventionTests: { method: 'POST', path: '/api/v1/jobs/{job_id}/intervention/run-tests', answer: checks.zRunInterventionTestsResponse },
  SelectProposal: { method: 'POST', path: '/api/v1/jobs/{job_id}/proposals/select', answer: checks.zSelectProposalResponse },
  SendHeartbeat: { method: 'POST', path: '/api/v1/jobs/{job_id}/heartbeat', answer: checks.zSendHeartbeatResponse },
  SetAdminRole: { method: 'PATCH', path: '/api/v1/admin/accounts/{admin_id}', answer: checks.zSetAdminRoleResponse },
  SetBudgetCap: { method: 'POST', path: '/api/v1/jobs/{job_id}/budget/cap', answer: checks.zSetBudgetCapResponse },
  SignIn: { method: 'POST', path: '/api/v1/auth/login', answer: checks.zSignInResponse },
  SignInAdmin: { method: 'POST', path: '/api/v1/admin/auth/login', answer: checks.zSignInAdminResponse },
  SignInDevice: { method: 'POST', path: '/api/v1/auth/device/token', answer: checks.zSignInDeviceResponse },
  SignOutAdmin: { method: 'POST', path: '/api/v1/admin/auth/logout', answer: checks.zSignOutAdminResponse },
  StartDevice: { method: 'POST', path: '/api/v1/auth/device', answer: checks.zStartDeviceResponse },
  StartJob: { method: 'POST', path: '/api/v1/jobs/{job_id}/start', answer: checks.zStartJobResponse },
  SwitchSpending: { method: 'POST', path: '/api/v1/admin/kill-switch', answer: checks.zSwitchSpendingResponse },
  SwitchTicketContext: { method: 'POST', path: '/api/v1/admin/support/context/{user_id}', answer: checks.zSwitchTicketContextResponse },
  SwitchUserSpending: { method: 'POST', path: '/api/v1/admin/kill-switch/users/{user_id}', answer: checks.zSwitchUserSpendingResponse },
  UploadArtifact: { method: 'POST', path: '/api/v1/jobs/{job_id}/executions/{execution_id}/artifacts', answer: checks.zUploadArtifactResponse },
  UploadContextPart: { method: 'POST', path: '/api/v1/jobs/{job_id}/context/parts', answer: checks.zUploadContextPartResponse },
  VerifyEmail: { method: 'POST', path: '/api/v1/auth/verify-email', answer: checks.zVerifyEmailResponse },
  VerifyLog: { method: 'GET', path: '/api/v1/admin/audit/verify', answer: checks.zVerifyLogResponse },
  WriteLogLines: { method: 'POST', path: '/api/v1/jobs/{job_id}/executions/{execution_id}/progress', answer: checks.zWriteLogLinesResponse },
} as const;

/** What each operation is sent. */
export type Requests = {
  AbandonJob: types.AbandonJobData;
  AcceptDelivery: types.AcceptDeliveryData;
  AddAdmin: types.AddAdminData;
  ApplyDelivery: types.ApplyDeliveryData;
  ApproveSpec: types.ApproveSpecData;
  AttachContext: types.AttachContextData;
  AuditEvents: types.AuditEventsData;
  AuditJob: types.AuditJobData;
  AuditMoment: types.AuditMomentData;
  AuditStream: types.AuditStreamData;
  AuditWhatIf: types.AuditWhatIfData;
  BeginProviderLink: types.BeginProviderLinkData;
  CancelJob: types.CancelJobData;
  ChangePassword: types.ChangePasswordData;
  ChangeSetting: types.ChangeSettingData;
  ClaimExecution: types.ClaimExecutionData;
  ClosePeriod: types.ClosePeriodData;
  ConfirmDeepFix: types.ConfirmDeepFixData;
  ConfirmEscalation: types.ConfirmEscalationData;
  ContinueRepair: types.ContinueRepairData;
  ConvertSpecText: types.ConvertSpecTextData;
  CorrectCharge: types.CorrectChargeData;
  CreatePersonalToken: types.CreatePersonalTokenData;
  DecideDevice: types.DecideDeviceData;
  DecideTimeout: types.DecideTimeoutData;
  DeclineEscalation: types.DeclineEscalationData;
  DeleteAccount: types.DeleteAccountData;
  DownloadArtifact: types.DownloadArtifactData;
  DownloadFinanceExport: types.DownloadFinanceExportData;
  DownloadPatch: types.DownloadPatchData;
  FollowJob: types.FollowJobData;
  FollowJobs: types.FollowJobsData;
  ForceTerminate: types.ForceTerminateData;
  ForgetPassword: types.ForgetPasswordData;
  GetAnalytics: types.GetAnalyticsData;
  GetConsistencyProof: types.GetConsistencyProofData;
  GetDelivery: types.GetDeliveryData;
  GetFinanceExport: types.GetFinanceExportData;
  GetHealth: types.GetHealthData;
  GetInclusionProof: types.GetInclusionProofData;
  GetJob: types.GetJobData;
  GetJobEvents: types.GetJobEventsData;
  GetJobProof: types.GetJobProofData;
  GetJobUsage: types.GetJobUsageData;
  GetMail: types.GetMailData;
  GetMe: types.GetMeData;
  GetOperator: types.GetOperatorData;
  GetPlan: types.GetPlanData;
  GetProposals: types.GetProposalsData;
  GetSetting: types.GetSettingData;
  GetSpec: types.GetSpecData;
  GetSubscription: types.GetSubscriptionData;
  GetTreeHead: types.GetTreeHeadData;
  GetTreeKeys: types.GetTreeKeysData;
  GetUsageReport: types.GetUsageReportData;
  GetUsageSummary: types.GetUsageSummaryData;
  GiveConsent: types.GiveConsentData;
  GrantGoodwill: types.GrantGoodwillData;
  ListHalts: types.ListHaltsData;
  ListJobs: types.ListJobsData;
  ListMails: types.ListMailsData;
  ListOperators: types.ListOperatorsData;
  ListPeriods: types.ListPeriodsData;
  ListPersonalTokens: types.ListPersonalTokensData;
  ListPrices: types.ListPricesData;
  ListProviderAccounts: types.ListProviderAccountsData;
  ListSessions: types.ListSessionsData;
  ListSettings: types.ListSettingsData;
  ListTickets: types.ListTicketsData;
  ListTreeHeads: types.ListTreeHeadsData;
  Logout: types.LogoutData;
  OpenCheckout: types.OpenCheckoutData;
  OpenIntervention: types.OpenInterventionData;
  OpenPortal: types.OpenPortalData;
  OpenTicket: types.OpenTicketData;
  OverrideBaseline: types.OverrideBaselineData;
  PublishPrices: types.PublishPricesData;
  RaiseHold: types.RaiseHoldData;
  ReconcilePeriod: types.ReconcilePeriodData;
  RedeemSignIn: types.RedeemSignInData;
  RefreshSession: types.RefreshSessionData;
  RegisterUser: types.RegisterUserData;
  RemoveAdmin: types.RemoveAdminData;
  ReopenSpec: types.ReopenSpecData;
  ReplayProjection: types.ReplayProjectionData;
  ReportExecution: types.ReportExecutionData;
  ReportTelemetry: types.ReportTelemetryData;
  RequestExport: types.RequestExportData;
  RequestJob: types.RequestJobData;
  ResetAdminPassword: types.ResetAdminPasswordData;
  ResetPassword: types.ResetPasswordData;
  RestatePeriod: types.RestatePeriodData;
  RetryStronger: types.RetryStrongerData;
  RevertDelivery: types.RevertDeliveryData;
  ReviseSpec: types.ReviseSpecData;
  RevokeSession: types.RevokeSessionData;
  RevokeSessions: types.RevokeSessionsData;
  RollBackSetting: types.RollBackSettingData;
  RunInterventionTests: types.RunInterventionTestsData;
  SelectProposal: types.SelectProposalData;
  SendHeartbeat: types.SendHeartbeatData;
  SetAdminRole: types.SetAdminRoleData;
  SetBudgetCap: types.SetBudgetCapData;
  SignIn: types.SignInData;
  SignInAdmin: types.SignInAdminData;
  SignInDevice: types.SignInDeviceData;
  SignOutAdmin: types.SignOutAdminData;
  StartDevice: types.StartDeviceData;
  StartJob: types.StartJobData;
  SwitchSpending: types.SwitchSpendingData;
  SwitchTicketContext: types.SwitchTicketContextData;
  SwitchUserSpending: types.SwitchUserSpendingData;
  UploadArtifact: types.UploadArtifactData;
  UploadContextPart: types.UploadContextPartData;
  VerifyEmail: types.VerifyEmailData;
  VerifyLog: types.VerifyLogData;
  WriteLogLines: types.WriteLogLinesData;
};
