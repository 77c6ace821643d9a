import type { Page } from 'playwright-core';

export declare const patienceMs: number;
export declare function showGolgi(page: Page): Promise<void>;
export declare function command(page: Page, title: string): Promise<void>;
