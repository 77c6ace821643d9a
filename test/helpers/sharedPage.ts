/** One browser and one page for the tests of a file, each of which shows the state that it needs. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium } from './chromium.mjs';
import { openPage } from './pageHost';
import type { OpenPage, Theme } from './pageHost';

export interface SharedPage<S extends string> {
  /** The page that all tests share; there once they run. */
  readonly shown: OpenPage;
  /** Shows a state and forgets what the page said before and while it was drawn. */
  readonly opened: (state: S) => Promise<Page>;
  /** Another page in the same browser, whose closing is left to the test. */
  readonly another: (options?: PageOptions) => Promise<OpenPage>;
}

export interface PageOptions {
  readonly theme?: Theme;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** State that an earlier life of the page has kept. */
  readonly kept?: unknown;
}

/** Opens the page `name` before the tests of the calling `describe` and closes its browser behind them. */
export function sharedPage<S extends string>(
  name: string,
  states: Readonly<Record<S, unknown>>,
  viewport?: PageOptions['viewport'],
): SharedPage<S> {
  let browser: Browser;
  let open: OpenPage;
  const another = (options: PageOptions = {}): Promise<OpenPage> =>
    openPage(browser, name, options.theme ?? 'dark', options.viewport ?? viewport, options.kept);
  beforeAll(async () => {
    browser = await launchChromium();
    open = await another();
  });
  afterAll(() => browser.close());
  const shown: OpenPage = {
    get page() {
      return open.page;
    },
    get complaints() {
      return open.complaints;
    },
    show: (message) => open.show(message),
    intents: () => open.intents(),
  };
  return {
    shown,
    opened: async (state) => {
      await shown.show(states[state]);
      await shown.intents();
      return shown.page;
    },
    another,
  };
}
