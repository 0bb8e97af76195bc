import { join } from 'node:path';
import type { PaymentSettings } from '../payments/settings.ts';
import type { Member } from './fleet.ts';

/** What a process of the shop is told. */
export type ShopSettings = Readonly<{
  program: 'api' | 'worker';
  readyFile: string;
  env: Readonly<Record<string, string>>;
}>;

type Shop = Readonly<{ folder: string; url: string; port: number; payments: PaymentSettings }>;

const WORKERS = 2;

const memberOf = (name: string, program: ShopSettings['program'], shop: Shop): Member => {
  const { folder, port, payments } = shop;
  const database = new URL(shop.url);
  // By this name the havoc finds its sessions.
  database.searchParams.set('application_name', name);
  const readyFile = join(folder, `${name}.json`);
  const settings: ShopSettings = {
    program,
    readyFile,
    env: {
      DATABASE_URL: database.toString(),
      PORT: String(port),
      IAMA_DATA_DIR: join(folder, 'shop'),
      ...(program === 'api' ? { IAMA_PORT_FILE: readyFile } : {}),
      IAMA_RATE_USER: '0',
      IAMA_RATE_SIGN_IN: '0',
      IAMA_STRIPE_API_URL: payments.apiUrl,
      IAMA_STRIPE_KEY_FILE: payments.secretKeyFile,
      IAMA_STRIPE_WEBHOOK_SECRET_FILES: payments.webhookSecretFiles.join(','),
      IAMA_STRIPE_RETURN_URL: payments.returnUrl,
      ...Object.fromEntries(
        Object.entries(payments.prices).map(([tier, prices]) => [
          `IAMA_STRIPE_PRICE_${tier}`,
          prices.join(','),
        ]),
      ),
      LOG_LEVEL: 'warn',
    },
  };
  return { name, role: 'shop', settings, readyFile };
};

/** One API, so that each kill of it is felt, and workers that share the work. */
export const shopMembers = (shop: Shop): readonly Member[] => [
  memberOf('shop-api', 'api', shop),
  ...Array.from({ length: WORKERS }, (_, n) => memberOf(`shop-worker-${n}`, 'worker', shop)),
];
