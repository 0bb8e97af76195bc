import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { PRICES, type StripeDouble } from '../../payments/testing/stripe-double.ts';

const API = join(import.meta.dirname, '..', '..', 'main', 'api.ts');

export type ApiProcess = Readonly<{
  url: string;
  /** SIGKILL; resolves when it is gone, also where it was before. */
  kill: () => Promise<void>;
}>;

const urlIn = async (portFile: string): Promise<string | null> => {
  const told = await readFile(portFile, 'utf8').catch(() => null);
  return told === null ? null : (JSON.parse(told) as { url: string }).url;
};

/** The API as it is shipped, as a process of its own, which sells at this Stripe; resolves when it listens. Those of one database share a `folder`. */
export const startApiProcess = async (
  databaseUrl: string,
  { settings }: Pick<StripeDouble, 'settings'>,
  folder: string,
): Promise<ApiProcess> => {
  const portFile = join(folder, `port-${randomUUID()}.json`);
  const child = spawn(process.execPath, [API], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      PORT: '0',
      IAMA_DATA_DIR: folder,
      IAMA_PORT_FILE: portFile,
      IAMA_STRIPE_API_URL: settings.apiUrl,
      IAMA_STRIPE_KEY_FILE: settings.secretKeyFile,
      IAMA_STRIPE_WEBHOOK_SECRET_FILES: settings.webhookSecretFiles.join(','),
      IAMA_STRIPE_RETURN_URL: settings.returnUrl,
      IAMA_STRIPE_PRICE_PLUS: PRICES.PLUS,
      LOG_LEVEL: 'fatal',
    },
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  try {
    const url = await vi.waitUntil(
      () => {
        if (child.exitCode !== null) throw new Error(`the API ended with ${child.exitCode}`);
        return urlIn(portFile);
      },
      { timeout: 60_000, interval: 50 },
    );
    return { url, kill };
  } catch (error) {
    await kill();
    throw error;
  }
};
