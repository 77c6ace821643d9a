import { defineConfig } from 'vitest/config';

// One process a file: loading onnxruntime-node twice in a process aborts it (microsoft/onnxruntime#32464).
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['test/{unit,server,cli,webview,package}/**/*.test.ts'],
    setupFiles: ['test/helpers/seed.ts'],
    pool: 'forks',
    isolate: true,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: 0,
  },
});
