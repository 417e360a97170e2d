import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,golden,server}/**/*.test.ts'],
    // Tests that run the model share two cores; the default of 5 s is for machines with nothing else to do.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
