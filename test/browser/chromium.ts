// The Chromium that runs the tests of pages, if one is installed.
import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of a Chromium: of the variable `CHROMIUM`, or a usual path; null where there is none. */
export const chromiumPath: string | null = [process.env['CHROMIUM'], ...USUAL].find(isExecutable) ?? null;

/** Why tests in a browser are skipped, for their title; empty where they run. */
export const whyNoBrowser = chromiumPath ? '' : ' (skipped: no Chromium found; set CHROMIUM to its path)';

/**
 * Starts the browser, without its background requests.
 *
 * @throws Error when there is none
 */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === null) throw new Error('no Chromium found: set CHROMIUM to its path');
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
