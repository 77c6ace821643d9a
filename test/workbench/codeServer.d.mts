import type { Page } from 'playwright-core';

interface Place {
  readonly extension: string;
  readonly workspace?: string;
}

interface Workbench {
  readonly log: readonly string[];
  stop(): Promise<void>;
  open(place: Place): Promise<Page>;
  runTests(place: Place & { readonly suite: string }): Promise<number>;
}

export declare const codeServerMissing: string | undefined;
export declare function ensureCodeServer(): Promise<string | undefined>;
export declare function startCodeServer(options: { readonly env?: Record<string, string>; readonly limitMs: number }): Promise<Workbench>;
