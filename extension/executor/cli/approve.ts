import { ApiProblem } from '../api/problem.ts';
import { connectTo, type Environment, serverNameOf } from './environment.ts';
import { CommandEnd, EXIT, type ExitCode } from './exit-codes.ts';

export type ApproveOptions = Readonly<{ server?: string; deny?: boolean }>;

/** `iama approve`: lets the device that shows the code act for the person who is signed in here, or not (ID-07). */
export const approve = async (
  environment: Environment,
  code: string,
  options: ApproveOptions,
): Promise<ExitCode> => {
  const { client } = await connectTo(environment, serverNameOf(options.server));
  const isApproved = options.deny !== true;
  try {
    await client.call('DecideDevice', { body: { user_code: code, approve: isApproved } });
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status >= 500) throw error;
    const next =
      error.code === 'DEVICE_CODE_INVALID'
        ? 'Look at the code again, or have the device show another: iama login --device'
        : 'Sign in as a person: iama login';
    throw new CommandEnd(EXIT.SERVER, error.code, error.message, next);
  }
  const text = isApproved ? 'The device is signed in as you.' : 'The device was turned away.';
  environment.output.show(text);
  return EXIT.OK;
};
