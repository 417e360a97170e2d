import { defineConfig } from 'vitest/config';

const shared = {
  // Tests that run the model share two cores; the default of 5 s is for machines with nothing else to do.
  testTimeout: 60_000,
  hookTimeout: 120_000,
} as const;

export default defineConfig({
  test: {
    reporters: ['default', './test/skipped-fixtures.ts'],
    projects: [
      { test: { ...shared, name: 'library', include: ['test/{unit,golden}/**/*.test.ts'] } },
      {
        test: {
          ...shared,
          name: 'processes',
          include: ['test/{server,cli,trainer,downloader}/**/*.test.ts'],
          globalSetup: ['test/server/build-bundles.mjs'],
        },
      },
    ],
  },
});
