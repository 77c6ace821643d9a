import type { Browser } from 'playwright-core';

export declare const chromiumMissing: string | undefined;
export declare function launchChromium(): Promise<Browser>;
