import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/package/**/*.test.ts'],
    // Building and packing on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
