import { z } from 'zod';
import type { Command } from '../../domain/kernel/message.ts';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { type CommandFile, route } from '../kernel/command.ts';
import { asStored, openSession, userOf, withTokens } from './open-session.ts';
import { opaqueToken, signedIn } from './schemas.ts';
import type { IdentityServices, Poll, SessionRef } from './services.ts';

export type StartDevice = Command<'StartDevice', { at: string }>;

/** ID-07, after RFC 8628: the device shows a short code, the person confirms it where they are signed in. */
export const startDevice: CommandFile<StartDevice, IdentityServices> = {
  type: 'StartDevice',
  access: 'PUBLIC',
  route: route({
    method: 'POST',
    path: '/auth/device',
    summary: 'Ask to be signed in by somebody who is',
    status: 201,
    body: z.unknown(),
    answer: z.object({
      device_code: z.string(),
      user_code: z.string(),
      expires_in: z.int().describe('Seconds'),
      interval: z.int().describe('Seconds between two polls'),
    }),
    command: ({ at }) => ({ type: 'StartDevice', data: { at } }),
  }),
  async decide(_command, { services }) {
    return { appends: [], answer: await services.deviceCodes.start() };
  },
};

/** A short code can be guessed, so few of them may be tried. */
const CODES_PER_MINUTE = 10;

export type DecideDevice = Command<
  'DecideDevice',
  { userId: string; userCode: string; approved: boolean; at: string }
>;

export const decideDevice: CommandFile<DecideDevice, IdentityServices> = {
  type: 'DecideDevice',
  access: 'USER',
  route: route({
    method: 'POST',
    path: '/auth/device/decide',
    summary: 'Let the device with this code act for you, or not',
    status: 204,
    body: z.strictObject({ user_code: z.string().max(20), approve: z.boolean() }),
    answer: null,
    command: async ({ body, userId, at }, { attempts }) => {
      await attempts.take('DEVICE', userId, CODES_PER_MINUTE);
      const { user_code: userCode, approve: approved } = body;
      return { type: 'DecideDevice', data: { userId, userCode, approved, at } };
    },
  }),
  async decide({ data }, { store, services }) {
    const { userId, userCode, approved } = data;
    const state = await userOf(store, userId);
    const generation = state.status === 'UNKNOWN' ? 0 : state.generation;
    if (!(await services.deviceCodes.decide(userCode, { userId, generation, approved })))
      throw new Rejection('DEVICE_CODE_INVALID', 'This code is wrong, used or too old.');
    return { appends: [], answer: null };
  },
};

export type SignInDevice = Command<'SignInDevice', SessionRef & Readonly<{ at: string }>>;

const refusalOf = (poll: Exclude<Poll, { status: 'APPROVED' }>): Rejection => {
  switch (poll.status) {
    case 'PENDING':
      return new Rejection('DEVICE_PENDING', 'Nobody has decided yet. Ask again.');
    case 'TOO_SOON':
      return new Rejection('RATE_LIMITED', 'You ask too often.', {
        retry_after_seconds: poll.retryAfterSeconds,
      });
    case 'DENIED':
      return new Rejection('DEVICE_DENIED', 'The person said no.');
    case 'UNKNOWN':
      return new Rejection('DEVICE_CODE_INVALID', 'This code is wrong, used or too old.');
  }
};

/** The generation is that of the moment of consent: what ended all sessions since then also ends this one. */
export const signInDevice: CommandFile<SignInDevice, IdentityServices> = {
  type: 'SignInDevice',
  access: 'PUBLIC',
  route: route({
    method: 'POST',
    path: '/auth/device/token',
    summary: 'Tokens for the device, once the person has said yes',
    status: 200,
    body: z.strictObject({ device_code: opaqueToken }),
    answer: signedIn,
    command: async ({ body, at, newId }, { deviceCodes }) => {
      const poll = await deviceCodes.poll(body.device_code);
      if (poll.status !== 'APPROVED') throw refusalOf(poll);
      const { userId, generation } = poll;
      return { type: 'SignInDevice', data: { userId, generation, sessionId: newId(), at } };
    },
  }),
  async decide({ data }, { store }) {
    const { at, ...ref } = data;
    const state = await userOf(store, ref.userId);
    if (state.status !== 'REGISTERED' || state.generation !== ref.generation)
      throw refusalOf({ status: 'UNKNOWN' });
    return { appends: [openSession(ref, at)], answer: asStored(ref) };
  },
  present: (answer, _command, { services }) => withTokens(answer, services),
};
