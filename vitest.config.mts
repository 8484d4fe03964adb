import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/support/temporaryFolder.ts'],
    setupFiles: ['test/support/setup.ts'],
    include: ['test/**/*.test.ts'],
    // Real servers and processes on a busy machine: the deadlines of the tests themselves are shorter.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // A test without an assertion would pass whatever the program does.
    expect: { requireAssertions: true },
  },
});
