import type { AnyReactor } from '../../domain/kernel/reactor.ts';
import { accountDeadlines } from '../../processors/billing/account-deadlines.ts';
import { financeExports } from '../../processors/billing/finance-export.ts';
import { jobSettlement } from '../../processors/billing/job-settlement.ts';
import { lostCalls } from '../../processors/billing/lost-calls.ts';
import { paymentReminder } from '../../processors/billing/payment-reminder.ts';
import { quotaAlert } from '../../processors/billing/quota-alert.ts';
import { receipt } from '../../processors/billing/receipt.ts';
import { sendPaymentReminderReactor } from '../../processors/billing/send-payment-reminder.reactor.ts';
import { sendQuotaAlertReactor } from '../../processors/billing/send-quota-alert.reactor.ts';
import { sendReceiptReactor } from '../../processors/billing/send-receipt.reactor.ts';
import { signUpTier } from '../../processors/billing/sign-up-tier.ts';
import { usageMetering } from '../../processors/billing/usage-metering.ts';
import { writeBooksReactor } from '../../processors/billing/write-books.reactor.ts';
import { sendWelcomeReactor } from '../../processors/identity/send-welcome.reactor.ts';
import { welcome } from '../../processors/identity/welcome.ts';
import { sendTicketReactor } from '../../processors/operations/send-ticket.reactor.ts';
import { ticketForwarding } from '../../processors/operations/ticket-forwarding.ts';
import { analyseReactor } from '../../processors/refactoring/analyse.reactor.ts';
import { expiryNotice } from '../../processors/refactoring/expiry-notice.ts';
import { generatePatchReactor } from '../../processors/refactoring/generate-patch.reactor.ts';
import {
  JOB_TIMINGS,
  type JobTimings,
  stageSecondsFor,
} from '../../processors/refactoring/job-process/timings.ts';
import { jobProcessWith } from '../../processors/refactoring/job-process.ts';
import { packageRecoveryReactor } from '../../processors/refactoring/package-recovery.reactor.ts';
import { planTestsReactor } from '../../processors/refactoring/plan-tests.reactor.ts';
import type { ReactorTools } from '../../processors/refactoring/question.ts';
import { sendExpiryNoticeReactor } from '../../processors/refactoring/send-expiry-notice.reactor.ts';
import { specifyReactor } from '../../processors/refactoring/specify.reactor.ts';
import { projections } from '../../projections/index.ts';
import { exportHead } from '../audit/export-head.ts';
import { startHeadSchedule } from '../audit/head-schedule.ts';
import { canonicalHash } from '../commands/canonical-hash.ts';
import { commandBus } from '../commands/command-bus.ts';
import { eraseDue } from '../erasure/erase-due.ts';
import { openedReactor } from '../erasure/opened-reactor.ts';
import { booksWriter } from '../finance/books-writer.ts';
import { personMails } from '../mail/person-mails.ts';
import { callBudget } from '../model/call-budget.ts';
import { failedCalls } from '../model/failed-calls.ts';
import { publishedPrices } from '../model/published-prices.ts';
import { recipeGateway } from '../model/recipe-gateway/gateway.ts';
import { RecipeThreads } from '../model/recipe-gateway/threads.ts';
import { callsOfGateway, routeBreakers } from '../model/route-breakers.ts';
import { modelRouter, type RouterOptions } from '../model/router.ts';
import { haltingRouter } from '../operations/halting-router.ts';
import { supportDesk } from '../operations/tickets.ts';
import { clientConfig } from '../postgres/pool.ts';
import { Runtime } from '../runtime/runtime.ts';
import { startMailDelivery } from './deliver-mails.ts';
import { reportTo } from './logger.ts';
import type { Parts } from './parts.ts';
import { workerIsHeard } from './ready.ts';
import { startPaymentSweeps } from './sweep-payments.ts';
import { startUpkeep } from './upkeep.ts';

/**
 * Recipes at once in this process: each is a compiler at work. No more effects are taken than that, because one that waited
 * for a thread here would spend the time of its stage on it, and another process may be free (JOB-09).
 */
const RECIPE_THREADS = 2;

/** A call is stopped at the end of its stage, and told of within moments; an hour's quarter beyond is patience with a slow machine. */
const AFTER_ANY_CALL_MS = 900_000;

const reactors = (tools: ReactorTools) => [
  analyseReactor(tools),
  specifyReactor(tools),
  planTestsReactor(tools),
  generatePatchReactor(tools),
  packageRecoveryReactor(tools),
];

/** Who is asked beside the recipes, and, where operators do not say it, which class of whom (LLM-02). */
export type Models = Partial<Pick<RouterOptions, 'gateways' | 'routes'>>;

export type RunningWorker = Readonly<{
  /** Whether it is given work. */
  isReady: () => Promise<boolean>;
  stop: () => Promise<void>;
}>;

/**
 * Everything that follows the log: the sequencer, projections, process managers, timers and effects. Any number of
 * processes may run it; they share the work.
 */
export const startWorker = async (
  parts: Parts,
  timings: JobTimings = { ...JOB_TIMINGS, stageSeconds: stageSecondsFor(parts.config.recipeLimits) },
  { gateways = [], routes = parts.rules.routes }: Models = {},
): Promise<RunningWorker> => {
  const { log, pool, artifacts, logger, database } = parts;
  const sequencer = log.startSequencer();
  const threads = new RecipeThreads(RECIPE_THREADS, { limits: parts.config.recipeLimits });
  const models = modelRouter({
    gateways: [recipeGateway(threads), ...gateways],
    routes,
    store: log,
    prices: publishedPrices(log, () => new Date()),
    budget: callBudget(log, () => new Date()),
    failedCalls: failedCalls(log, () => new Date()),
    breakers: routeBreakers((gateway, now) => callsOfGateway(pool, gateway, now), Date.now),
    onFault: (route, code) => logger.error({ ...route, code }, 'a route to models needs an operator'),
    clock: () => performance.now(),
    random: Math.random,
  });
  const mails = personMails(parts.mails);
  const router = haltingRouter(models, {
    store: log,
    halts: parts.rules.halts,
    onError: (error) => logger.warn({ err: error }, 'cannot look whether spending is halted, trying again'),
  });
  const books = booksWriter({
    store: log,
    connectionString: database.directUrl,
    tree: parts.tree,
    signer: parts.headSigner,
    dataFolder: parts.config.dataFolder,
    now: () => new Date(),
  });
  const runtime = new Runtime({
    pool,
    direct: clientConfig({ connectionString: database.directUrl }),
    log,
    bus: commandBus(log, parts.commandServices),
    projections,
    processManagers: [
      jobProcessWith(timings),
      usageMetering,
      jobSettlement,
      lostCalls(Math.max(...Object.values(timings.stageSeconds)) * 1_000 + AFTER_ANY_CALL_MS),
      accountDeadlines,
      quotaAlert,
      paymentReminder,
      receipt,
      welcome,
      signUpTier(parts.config.signUpTier),
      financeExports,
      expiryNotice,
      ticketForwarding,
    ],
    reactors: [
      ...reactors({ artifacts, router, now: () => new Date(), specHash: canonicalHash }),
      sendQuotaAlertReactor(mails),
      sendPaymentReminderReactor(mails),
      sendReceiptReactor(mails, () => new Date()),
      sendWelcomeReactor(mails, () => new Date()),
      sendExpiryNoticeReactor(mails),
      writeBooksReactor(books, () => new Date()),
      sendTicketReactor(supportDesk(parts.config.supportAddress, { ...parts, mailer: parts.mails.mailer })),
    ].map((reactor: AnyReactor) => openedReactor(reactor, parts.texts)),
    effectConcurrency: RECIPE_THREADS,
    report: reportTo(logger),
  });
  await runtime.start();
  const services = parts.commandServices;
  const upkeep = startUpkeep({ ...parts, eraseDue: (now) => eraseDue({ pool, log, services }, now) });
  const delivery = startMailDelivery(parts);
  const sweeps = startPaymentSweeps(parts);
  const { tree, config } = parts;
  const heads = startHeadSchedule(() => exportHead(config.tree.folder, { tree, pool }), {
    seconds: config.tree.everySeconds,
    onError: (error) => logger.error({ err: error }, 'no head of the log was published'),
  });
  logger.info({ worker: runtime.workerId }, 'the worker runs');
  return {
    isReady: () => workerIsHeard(parts, runtime.workerId),
    async stop() {
      upkeep.stop();
      await delivery.stop();
      await sweeps?.stop();
      await heads.stop();
      await runtime.stop();
      await threads.close();
      await sequencer.stop();
    },
  };
};
