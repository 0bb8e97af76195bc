import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliEnd, runCli } from './cli.ts';
import { PASSWORD } from './person.ts';
import { type Product, type ProductOptions, startProduct } from './product.ts';

/** The whole product, and a machine on which somebody has signed in by the command line. */
export type SignedIn = Readonly<{
  product: Product;
  /** Home of the person, and the folder of their projects. */
  root: string;
  /** A command to its end; in `root` where no folder is named. */
  iama: (
    args: readonly string[],
    at?: Readonly<{ folder?: string; env?: Readonly<Record<string, string>> }>,
  ) => Promise<CliEnd>;
  leave: () => Promise<void>;
}>;

/** @throws where the sign-in does not end without a word of complaint */
export const signedIn = async (options?: ProductOptions): Promise<SignedIn> => {
  const product = await startProduct(options);
  const root = mkdtempSync(join(tmpdir(), 'iama-signed-in-'));
  const leave = async (): Promise<void> => {
    await product.stop();
    rmSync(root, { recursive: true, force: true });
  };
  const login = ['login', '--email', 'ada@example.org', '--register'];
  const { code, stderr } = await runCli(root, product.url, login, { IAMA_PASSWORD: PASSWORD });
  if (code !== 0 || stderr !== '') {
    await leave();
    throw new Error(`iama login ended with ${code}: ${stderr}`);
  }
  return {
    product,
    root,
    iama: (args, { folder = root, env = {} } = {}) => runCli(root, product.url, args, env, folder),
    leave,
  };
};
