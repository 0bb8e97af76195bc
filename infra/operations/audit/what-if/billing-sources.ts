import type { BudgetCommand, BudgetEvent, BudgetState } from '../../../../domain/billing/budget.ts';
import type {
  FinanceExportCommand,
  FinanceExportEvent,
  FinanceExportState,
} from '../../../../domain/billing/finance-export.ts';
import type { PaymentEvent } from '../../../../domain/billing/payments/events.ts';
import type { PaymentsState } from '../../../../domain/billing/payments/state.ts';
import type { NewsSwept, RecordSweep, SweepsState } from '../../../../domain/billing/payments/sweeps.ts';
import type { PaymentCommand } from '../../../../domain/billing/payments.ts';
import type { PeriodCommand, PeriodEvent, PeriodsState } from '../../../../domain/billing/periods.ts';
import type {
  PriceListsState,
  PricesPublished,
  PublishPrices,
} from '../../../../domain/billing/price-lists.ts';
import type { UsageCommand, UsageEvent } from '../../../../domain/billing/usage.ts';
import { known, type Sources } from './source.ts';

/** Billing beside the account: most events say all that was asked for. */

export const BUDGET_SOURCES: Sources<BudgetState, BudgetCommand, BudgetEvent> = {
  BudgetCapSet: ({ data }) => known({ type: 'SetBudgetCap', data }),
  CallReserved: ({ data }) => known({ type: 'ReserveCall', data }),
  BudgetReached: ({ data: { left: _left, limit: _limit, ...data } }) => known({ type: 'ReserveCall', data }),
  CallSettled: ({ data }) => known({ type: 'SettleCall', data }),
  BudgetWarned: 'FOLLOWS',
};

export const PAYMENT_SOURCES: Sources<PaymentsState, PaymentCommand, PaymentEvent> = {
  CustomerLinked: ({ data }) => known({ type: 'LinkCustomer', data }),
  NoticeTaken: ({ data }) => known({ type: 'TakeNotice', data }),
  PlanChanged: 'FOLLOWS',
  PaymentReceived: 'FOLLOWS',
  PaymentFailed: 'FOLLOWS',
  PaymentRefunded: 'FOLLOWS',
  RefundReturned: 'FOLLOWS',
  DisputeOpened: 'FOLLOWS',
  DisputeWon: 'FOLLOWS',
  DisputeLost: 'FOLLOWS',
  DisputeReopened: 'FOLLOWS',
};

export const SWEEP_SOURCES: Sources<SweepsState, RecordSweep, NewsSwept> = {
  NewsSwept: ({ data }) => known({ type: 'RecordSweep', data }),
};

export const PERIOD_SOURCES: Sources<PeriodsState, PeriodCommand, PeriodEvent> = {
  PeriodClosed: ({ data }) => known({ type: 'ClosePeriod', data }),
  PeriodRestated: ({ data: { period, reason, at } }) =>
    known({ type: 'RestatePeriod', data: { period, reason, at } }),
  PeriodExported: ({ data }) => known({ type: 'RecordExport', data }),
};

export const EXPORT_SOURCES: Sources<FinanceExportState, FinanceExportCommand, FinanceExportEvent> = {
  ExportRequested: ({ data }) => known({ type: 'RequestExport', data }),
  ExportProgressed: ({ data }) => known({ type: 'ReportExportProgress', data }),
  ExportCompleted: ({ data }) => known({ type: 'CompleteExport', data }),
  ExportFailed: ({ data }) => known({ type: 'FailExport', data }),
};

export const PRICE_SOURCES: Sources<PriceListsState, PublishPrices, PricesPublished> = {
  PricesPublished: ({ data }) => known({ type: 'PublishPrices', data }),
};

export const USAGE_SOURCES: Sources<null, UsageCommand, UsageEvent> = {
  UsageRecorded: ({ data }) => known({ type: 'RecordUsage', data }),
  UsageWaived: ({ data }) => known({ type: 'WaiveUsage', data }),
};
