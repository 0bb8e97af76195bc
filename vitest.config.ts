import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const SKIPPED = ['**/node_modules/**', '.iama/**', '**/*.image.test.ts'];
/** Set by `npm run test:image`, which needs a program that most machines do not have. */
const IMAGE = process.env['TEST_BUILDAH'] === undefined ? [] : ['**/*.image.test.ts'];

/** Rooms whose tests run the compiler in their own process, and recipes: seconds each, so they are not among the quick ones. */
const COMPILERS = ['infra/recipes/**/*.test.ts', 'infra/model/**/*.test.ts'];
/** Rooms whose tests run child processes. */
const PROGRAMS = [
  'infra/characterisation/**/*',
  'infra/deploy/**/*',
  'infra/main/lifetime',
  'infra/main/start-config',
  'infra/postgres/folder-lock',
  'extension/**/*',
  'tools/**/*',
].map((tests) => `${tests}.test.ts`);

/** The default of a second is short where a compiler has the processor; a test that waits in vain says so all the same. */
const PATIENT = { poll: { timeout: 20_000 } };

/**
 * Five projects: `unit` is quick and needs nothing, `compiler` runs recipes, `program` runs processes, `int` needs Postgres (embedded
 * by default), `e2e` drives the whole product. The files of the first four run side by side, then those of `e2e`, whose
 * clocks are not to compete with compilers. `image` is there for `npm run test:image` alone.
 */
export default defineConfig({
  test: {
    // A sixth of what they do is to wait for their processes. The default leaves out one core, which is half of two.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    projects: [
      {
        test: {
          name: 'unit',
          expect: PATIENT,
          // Pure tests share their modules: a fresh process for each of the files is half of the time otherwise.
          isolate: false,
          include: ['**/*.test.ts'],
          exclude: [...SKIPPED, ...COMPILERS, ...PROGRAMS, '**/*.int.test.ts', '**/*.e2e.test.ts'],
          // Properties take seconds where compilers and databases have the processor.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'compiler',
          expect: PATIENT,
          // The compiler and its libraries are read once.
          isolate: false,
          include: COMPILERS,
          exclude: [...SKIPPED, '**/*.int.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'program',
          expect: PATIENT,
          include: PROGRAMS,
          exclude: [...SKIPPED, '**/*.int.test.ts', '**/*.e2e.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'int',
          expect: PATIENT,
          // Each file has its own database; a fresh process for each as well took a third of the time.
          isolate: false,
          include: ['**/*.int.test.ts'],
          exclude: SKIPPED,
          globalSetup: ['infra/postgres/testing/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          expect: PATIENT,
          include: ['**/*.e2e.test.ts'],
          exclude: SKIPPED,
          globalSetup: ['infra/postgres/testing/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          // They wait for leases, graces and each other's processes more than they compute.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      ...(IMAGE.length === 0
        ? []
        : [
            {
              test: {
                name: 'image',
                include: IMAGE,
                exclude: ['**/node_modules/**'],
                globalSetup: ['infra/postgres/testing/global-setup.ts'],
              },
            },
          ]),
    ],
  },
});
