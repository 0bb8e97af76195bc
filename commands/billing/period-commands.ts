import { z } from 'zod';
import {
  type ClosePeriod,
  PERIODS_STREAM,
  periods,
  type RecordExport,
  type RestatePeriod,
} from '../../domain/billing/periods.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { decideOn } from '../kernel/decide-on.ts';
import { reason } from '../kernel/reason.ts';

const answer = z.object({ period: z.string(), version: z.int().describe('The newest of the month') });

type OfMonth = ClosePeriod | RestatePeriod;

/** Answers with the month as it is then. */
const decide: CommandFile<OfMonth, unknown>['decide'] = async (command, { store }) => {
  const { period } = command.data;
  const { append, after } = await decideOn(store, periods, PERIODS_STREAM, command);
  return { appends: [append], answer: { period, version: after.versions[period] ?? 1 } };
};

/** BIL-16. A month that is closed already stays as it was closed. */
const closePeriod: CommandFile<ClosePeriod, unknown> = {
  type: 'ClosePeriod',
  access: 'ADMIN_FINANCE',
  route: route({
    method: 'POST',
    path: '/admin/finance/periods/:period/close',
    summary: 'Close a month: what comes later is booked in the month that is open then',
    status: 200,
    body: z.strictObject({}),
    answer,
    command: ({ param, at }): ClosePeriod => ({ type: 'ClosePeriod', data: { period: param('period'), at } }),
  }),
  decide,
};

const restatePeriod: CommandFile<RestatePeriod, unknown> = {
  type: 'RestatePeriod',
  access: 'ADMIN_FINANCE',
  route: route({
    method: 'POST',
    path: '/admin/finance/periods/:period/restatements',
    summary: 'Make a new version of a closed month, by the dates of all that is known now',
    status: 201,
    body: z.strictObject({ reason }),
    answer,
    command: ({ body, param, at }): RestatePeriod => ({
      type: 'RestatePeriod',
      data: { period: param('period'), reason: body.reason, at },
    }),
  }),
  decide,
};

/** Of whoever has written the export. */
const recordExport: CommandFile<RecordExport, unknown> = {
  type: 'RecordExport',
  access: 'SYSTEM',
  route: null,
  async decide(command, { store }) {
    const { append } = await decideOn(store, periods, PERIODS_STREAM, command);
    return { appends: [append], answer: null };
  },
};

export const periodCommands = {
  ClosePeriod: closePeriod,
  RestatePeriod: restatePeriod,
  RecordExport: recordExport,
} as const;
