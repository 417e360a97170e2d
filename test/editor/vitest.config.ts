import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/editor/**/*.test.ts'],
    globalSetup: ['test/editor/bed/start-bed.ts'],
    // One server, one browser, one window at a time.
    fileParallelism: false,
    // Generous: the machine may be busy, and every wait ends as soon as what it waits for is there.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 60_000,
  },
});
