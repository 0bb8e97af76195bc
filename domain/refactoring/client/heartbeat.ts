import type { Decider } from '../../kernel/decider.ts';
import type { Command, Event } from '../../kernel/message.ts';

/**
 * That the client of a job was there; stream `heartbeat-<jobId>`, apart from the job so that its stream stays short
 * (JOB-05). A client sends one every 30 s while the job executes.
 */
export type ClientHeartbeatReceived = Event<'ClientHeartbeatReceived', { jobId: string; at: string }>;
export type SendHeartbeat = Command<'SendHeartbeat', { jobId: string; at: string }>;

export const HEARTBEAT_SECONDS = 30;

export const heartbeat: Decider<null, SendHeartbeat, ClientHeartbeatReceived> = {
  initialState: () => null,
  evolve: () => null,
  decide: (command) => [{ type: 'ClientHeartbeatReceived', data: command.data }],
};

export const heartbeatStream = (jobId: string): string => `heartbeat-${jobId}`;
