import { type Command, InvalidArgumentError, Option } from 'commander';
import { MICRO } from '../../../domain/billing/credits.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../domain/billing/periods.ts';
import type { UnaffordableCall } from '../../../domain/billing/unheld-calls.ts';
import type { Reconciled, VarianceLine } from '../../finance/variance.ts';
import { takeBack } from './corrections.ts';
import {
  closePeriod,
  exportBooks,
  publishedLists,
  publishPriceFile,
  reconcileBooks,
  restatePeriod,
  verifyBooks,
} from './finance.ts';
import { lineText, manifestText, sumText } from './finance-text.ts';
import { withLog } from './open.ts';
import { fail, print, run } from './running.ts';
import { table } from './story-table.ts';

const number = (text: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('the number of a version is expected');
  return Number(text);
};

const amount = (text: string): number => {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('whole micro-credits are expected');
  return Number(text);
};

const progress = process.stderr.isTTY
  ? { onProgress: (rows: number): void => void process.stderr.write(`\r${rows} rows`) }
  : {};

const lineJson = ({ jobId, userId, dueAt, ...rest }: VarianceLine): string =>
  JSON.stringify({ job_id: jobId, user_id: userId, ...rest, due_at: dueAt });

const sumJson = ({ pendingUntil, feesUnchecked, accountFees, ...sum }: Reconciled): string =>
  JSON.stringify({
    ...sum,
    pending_until: pendingUntil,
    fees_unchecked: feesUnchecked,
    account_fees: accountFees,
  });

type ExportTyped = Readonly<{ format: ExportFormat; ofVersion?: number; out?: string; json?: boolean }>;

const listText = (lists: Awaited<ReturnType<typeof publishedLists>>): string =>
  table(
    ['version', 'from', 'model', 'input', 'cached', 'output'],
    lists.flatMap(({ version, effectiveFrom, models }) =>
      Object.entries(models).map(([model, { input, cached, output }]) => [
        version,
        effectiveFrom,
        model,
        String(input),
        String(cached),
        String(output),
      ]),
    ),
  );

const creditsText = (microCredits: number): string => (microCredits / MICRO).toLocaleString('en-US');

const dearText = ({ code, tier, model, atMost, limit, contextTokens }: UnaffordableCall): string =>
  `${code}: a call of ${model} may cost ${creditsText(atMost)} credits, and a job on ${tier} may spend ${creditsText(limit)}. ` +
  `Where ${tier} is routed to it, sources of more than ${contextTokens} tokens are refused.`;

/** `iama finance close|restate|export|verify|reconcile|correct|prices` (BIL-05, BIL-11, BIL-14 to BIL-17). */
export const registerFinanceCommands = (program: Command): void => {
  const finance = program.command('finance').description('close, export and check the books');
  finance
    .command('close <period>')
    .description('close a month, as 2026-11: what comes later is booked in the month that is open then')
    .action((period: string) =>
      run(false, () =>
        withLog(async (reading) => {
          await closePeriod(reading, period);
          print(`${period} is closed.`);
        }),
      ),
    );
  finance
    .command('restate <period>')
    .description('make a new version of a closed month, by the dates of all that is known now')
    .requiredOption('--reason <text>', 'why, for the log')
    .action((period: string, { reason }: { reason: string }) =>
      run(false, () =>
        withLog(async (reading) => {
          await restatePeriod(reading, period, reason);
          print(`${period} is restated.`);
        }),
      ),
    );
  finance
    .command('export <period>')
    .description('write a closed month with its signed manifest; the same bytes each time')
    .addOption(new Option('--format <format>').choices([...EXPORT_FORMATS]).default('csv'))
    .option('--of-version <n>', 'default: the newest', number)
    .option('--out <folder>', 'default: finance in the data folder')
    .option('--json', 'the manifest as one JSON object')
    .action((period: string, { format, ofVersion, out, json }: ExportTyped) =>
      run(json, () =>
        withLog(async (reading) => {
          const options = { format, version: ofVersion ?? null, folder: out ?? null, ...progress };
          const { folder, manifest } = await exportBooks(reading, period, options);
          print(json === true ? JSON.stringify(manifest) : `${manifestText(manifest)}\nIn ${folder}`);
        }),
      ),
    );
  finance
    .command('verify <folder>')
    .description('check an export with a public key and nothing else: no server, no database')
    .requiredOption('--key <file>', 'public keys to trust, PEM')
    .option('--previous <folder>', 'the export of the month before')
    .option('--json', 'the manifest as one JSON object')
    .action((folder: string, { json, ...given }: { key: string; previous?: string; json?: boolean }) =>
      run(json, async () => {
        const manifest = await verifyBooks(folder, { ...given, ...progress });
        print(
          json === true ? JSON.stringify(manifest) : `${manifestText(manifest)}\nThis is what was signed.`,
        );
      }),
    );
  finance
    .command('reconcile <period>')
    .description('hold the ledger against the stories of the jobs and the payment provider')
    .option('--json', 'one JSON object a line; the last one is the sum')
    .action((period: string, { json }: { json?: boolean }) =>
      run(json, () =>
        withLog(async (reading) => {
          const tell = (line: VarianceLine): void => print(json === true ? lineJson(line) : lineText(line));
          const sum = await reconcileBooks(reading, period, tell);
          print(json === true ? sumJson(sum) : sumText(sum));
          if (sum.unexplained > 0) fail();
        }),
      ),
    );
  finance
    .command('correct <job>')
    .description('take back what a job was charged, or a part of it, as a movement of its own')
    .option('--micro-credits <n>', 'default: all of the charge that stands', amount)
    .requiredOption('--reason <text>', 'why; the person is shown it')
    .action((job: string, { microCredits, reason }: { microCredits?: number; reason: string }) =>
      run(false, () =>
        withLog(async (reading) => {
          const taken = await takeBack(reading, job, { microCredits: microCredits ?? null, reason });
          print(`${taken.micro_credits} micro-credits are taken back, ${taken.left} of the charge stand.`);
        }),
      ),
    );
  const prices = finance.command('prices').description('what models cost: micro-credits per 1,000 tokens');
  prices
    .command('list')
    .description('all lists that were published')
    .action(() =>
      run(false, () => withLog(async (reading) => print(listText(await publishedLists(reading))))),
    );
  prices
    .command('publish <file>')
    .description(
      'publish a list: {"version", "effective_from", "models": {"<model>": {"input", "cached", "output"}}}',
    )
    .action((file: string) =>
      run(false, () =>
        withLog(async (reading) => {
          const { version, warnings } = await publishPriceFile(reading, file);
          print(`The list ${version} is published.`);
          for (const warning of warnings) print(dearText(warning));
        }),
      ),
    );
};
