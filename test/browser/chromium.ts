// The browser that tests of pages are run in, where there is one.
import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of a Chromium: that of the variable `CHROMIUM`, else one of the usual; null where there is none. */
export const chromiumPath: string | null = [process.env['CHROMIUM'], ...USUAL].find(isExecutable) ?? null;

/** Why tests in a browser are left out, for their title; empty where they are not. */
export const whyNoBrowser = chromiumPath ? '' : ' (left out: no Chromium; set CHROMIUM to the path of one)';

/**
 * Starts the browser, without its own talk with the network.
 *
 * @throws Error when there is none
 */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === null) throw new Error('no Chromium is found; set CHROMIUM to the path of one');
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

function isExecutable(file: string | undefined): file is string {
  try {
    if (file === undefined || file === '') return false;
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
