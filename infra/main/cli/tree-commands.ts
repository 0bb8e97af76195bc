import { type Command, InvalidArgumentError } from 'commander';
import { look } from './look.ts';
import { withLog } from './open.ts';
import { fail, print, run } from './running.ts';
import {
  checkProofFile,
  type LogVerdict,
  proveConsistent,
  provePositions,
  publishNow,
  verifyTree,
} from './tree.ts';

const LEAVES = {
  USED: 'name each event',
  ABSENT: 'none were kept: a rewritten event is found, but only between two heads',
  UNUSABLE: 'do not lead to the head, and are not believed',
} as const;

/** Evidence is not added to. */
const LEFT_AS_FOUND = 'This look is not recorded: a log that was changed is left as it was found.';

const place = ({ position, upTo }: NonNullable<LogVerdict['finding']>): string => {
  if (position === null) return '';
  return upTo === null ? ` at position ${position}` : ` between positions ${position} and ${upTo}`;
};

const verdictText = ({
  events,
  covered,
  headsChecked,
  leaves,
  finding,
  head,
  source,
}: LogVerdict): string => {
  const against =
    head === null
      ? 'no head at all: only with the hashes that the database holds'
      : `${headsChecked} heads of ${source}, up to ${head.tree_size} events, signed ${head.signed_at}`;
  return [
    `read          ${events} events`,
    `held against  ${against}`,
    `leaves        ${LEAVES[leaves]}`,
    ...(events > covered ? [`newer         ${events - covered} events, which no head covers yet`] : []),
    '',
    finding === null ? 'Nothing was changed.' : `CHANGED${place(finding)}: ${finding.what} [${finding.code}]`,
  ].join('\n');
};

const verdictJson = ({ finding, headsChecked, ...verdict }: LogVerdict): string =>
  JSON.stringify({
    intact: finding === null,
    ...verdict,
    heads_checked: headsChecked,
    finding: finding === null ? null : { ...finding, upTo: undefined, up_to: finding.upTo },
  });

const count = (text: string): number => {
  const value = Number(text);
  if (!/^[1-9]\d{0,15}$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('a position or a number of events is expected');
  return value;
};

const progress = process.stderr.isTTY
  ? (events: number): void => void process.stderr.write(`\r${events} events`)
  : undefined;

/** `iama audit verify|head|prove|consistency|check-proof` (ES-07). */
export const registerTreeCommands = (audit: Command): void => {
  audit
    .command('verify')
    .description(
      'read the whole log and hold it against signed heads; name the first position that was changed',
    )
    .option('--head <file>', 'heads that were kept elsewhere; default: those of the data folder')
    .option('--key <file>', 'public keys to trust, PEM; default: those kept with the heads')
    .option('--json', 'one JSON object')
    .action((options: { head?: string; key?: string; json?: boolean }) =>
      run(options.json, () =>
        withLog(async (reading) => {
          const verdict = await verifyTree(reading, options, progress);
          if (progress !== undefined) process.stderr.write('\r');
          if (verdict.finding === null) await look(reading, 'VERIFY', 'log');
          else process.stderr.write(`${LEFT_AS_FOUND}\n`);
          print(options.json === true ? verdictJson(verdict) : verdictText(verdict));
          if (verdict.finding !== null) fail();
        }),
      ),
    );
  audit
    .command('head')
    .description('sign the log as it is now and keep the head in the data folder')
    .action(() =>
      run(true, () => withLog(async (reading) => print(JSON.stringify(await publishNow(reading))))),
    );
  audit
    .command('prove <position...>')
    .description('print a proof that these events are in the log')
    .action((positions: readonly string[]) =>
      run(true, () =>
        withLog(async (reading) =>
          print(JSON.stringify(await provePositions(reading, positions.map(count)))),
        ),
      ),
    );
  audit
    .command('consistency <from> [to]')
    .description('print a proof that the log begins with an older one of <from> events')
    .action((from: string, to: string | undefined) =>
      run(true, () =>
        withLog(async (reading) => {
          const until = to === undefined ? undefined : count(to);
          print(JSON.stringify(await proveConsistent(reading, count(from), until)));
        }),
      ),
    );
  audit
    .command('check-proof <file>')
    .description('check a proof with a public key and nothing else: no server, no database')
    .requiredOption('--key <file>', 'public keys to trust, PEM')
    .option('--head <file>', 'for a consistency proof: the older head')
    .action((file: string, { key, head }: { key: string; head?: string }) =>
      run(false, async () =>
        print(await checkProofFile(file, head === undefined ? { key } : { key, older: head })),
      ),
    );
};
