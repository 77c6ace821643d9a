import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

/**
 * The rooms of the server, ground floor first: a room imports from itself and from rooms before it. Only `worker` (and
 * `runtime` itself) may load the runtime, so that a crash in native code never takes anything else with it.
 */
const rooms = [
  'protocol',
  'onnx',
  'runtime',
  'corpus',
  'activations',
  'methods',
  'evaluation',
  'applications',
  'study',
  'worker',
  'jobs',
  'language',
  'cli',
];
const mayLoadTheRuntime = ['runtime', 'worker'];
/** Rooms that are arithmetic only: typed arrays in, plain results out. */
const pure = ['methods', 'evaluation'];

const below = (room) => rooms.slice(0, rooms.indexOf(room) + 1).filter((other) => other !== 'runtime' || mayLoadTheRuntime.includes(room));

const importPolicies = [
  ...rooms.map((room) => allow(room, below(room))),
  // server.ts and main.ts only wire the rooms together.
  allow(
    'server',
    ['server', ...rooms].filter((room) => room !== 'runtime' && room !== 'worker' && room !== 'cli'),
  ),
  allow('extension', ['extension', 'protocol']),
  // Pages know the protocol, its types and how to read them.
  allow('webview', ['webview', 'protocol']),
  allow('test', ['test', 'server', 'extension', 'webview', ...rooms]),
];

function allow(from, to) {
  return { from: { element: { type: from } }, allow: { to: { element: { types: { anyOf: to } } } } };
}

const folders = {
  ...Object.fromEntries(rooms.map((room) => [room, `server/src/${room}`])),
  server: 'server/src',
  extension: 'extension/src',
  webview: 'webview/src',
  test: 'test',
};

export default defineConfig(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-test/', 'test/fixtures/', 'media/'] },
  ts.configs.recommended,
  svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: '__dirname', message: 'Use import.meta.url.' }],
      eqeqeq: ['error', 'always'],
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  // Props are declared with `let`, because a parent may change them.
  { files: ['**/*.svelte'], rules: { 'prefer-const': 'off', 'svelte/prefer-const': 'error' } },
  // Rules that need types: a promise nobody waits for is how a server loses work.
  {
    files: ['extension/src/**/*.ts', 'server/src/**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
    },
  },
  {
    files: ['**/*.{ts,svelte}'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { typescript: { project: ['tsconfig.json', 'webview/tsconfig.json'], noWarnOnMultipleProjects: true } },
      'boundaries/elements': Object.entries(folders).map(([type, pattern]) => ({ type, pattern })),
    },
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', policies: importPolicies }],
    },
  },
  {
    files: pure.map((room) => `server/src/${room}/**/*.ts`),
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ regex: '^node:|^vscode|^onnxruntime', message: 'This room is arithmetic: what it needs comes in as an argument.' }],
        },
      ],
    },
  },
  {
    files: ['server/src/**/*.ts'],
    ignores: ['server/src/runtime/onnxruntime.ts', ...pure.map((room) => `server/src/${room}/**`)],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^onnxruntime', message: 'Only runtime/onnxruntime.ts loads it, once its telemetry is off.' }] },
      ],
    },
  },
  { files: ['server/src/cli/**', 'test/tools/**', 'test/bench/**'], rules: { 'no-console': 'off' } },
);
