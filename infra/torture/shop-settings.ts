import { join } from 'node:path';
import type { PaymentSettings } from '../payments/settings.ts';
import type { Member } from './fleet.ts';
import type { Plant } from './options.ts';

/** What a process of the shop is told. */
export type ShopSettings = Readonly<{
  program: 'api' | 'worker';
  readyFile: string;
  env: Readonly<Record<string, string>>;
  modelUrl: string;
  seed: number;
  plant: Plant | null;
}>;

export type Shop = Readonly<{
  folder: string;
  url: string;
  port: number;
  payments: PaymentSettings;
  modelUrl: string;
  seed: number;
  plant: Plant | null;
}>;

const WORKERS = 2;

export const dataFolderOf = ({ folder }: Pick<Shop, 'folder'>): string => join(folder, 'shop');

/** Of a process of the shop. `name`: by it the havoc finds its sessions. */
export const environmentOf = (name: string, shop: Shop): Readonly<Record<string, string>> => {
  const { port, payments } = shop;
  const database = new URL(shop.url);
  database.searchParams.set('application_name', name);
  return {
    DATABASE_URL: database.toString(),
    PORT: String(port),
    IAMA_DATA_DIR: dataFolderOf(shop),
    IAMA_RATE_USER: '0',
    IAMA_RATE_SIGN_IN: '0',
    IAMA_TREE_SECONDS: '2',
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
  };
};

const memberOf = (name: string, program: ShopSettings['program'], shop: Shop): Member => {
  const { folder, modelUrl, seed, plant } = shop;
  const readyFile = join(folder, `${name}.json`);
  const portFile = program === 'api' ? { IAMA_PORT_FILE: readyFile } : {};
  const env = { ...environmentOf(name, shop), ...portFile };
  const settings: ShopSettings = { program, readyFile, env, modelUrl, seed, plant };
  return { name, role: 'shop', settings, readyFile };
};

/** One API, so that each kill of it is felt, and workers that share the work. */
export const shopMembers = (shop: Shop): readonly Member[] => [
  memberOf('shop-api', 'api', shop),
  ...Array.from({ length: WORKERS }, (_, n) => memberOf(`shop-worker-${n}`, 'worker', shop)),
];
