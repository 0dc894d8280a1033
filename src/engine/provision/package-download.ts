// The library that the npm package itself downloads: an older TensorFlow without GPU support, used if pip has no library.
import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { failureOf, runChild } from '../../base/child-process.ts';
import { UserError } from '../../base/errors.ts';
import { ADDON_FILE } from './addon.ts';

/** Marks a downloaded library that was tried successfully. */
const MARK = 'deps/own-download';
const TIMEOUT_SECONDS = 20 * 60;

/**
 * Runs the package's install script, which downloads the library and the addon.
 *
 * @param packageDir folder of @tensorflow/tfjs-node-gpu
 * @throws UserError if it fails
 */
export async function runPackageDownload(packageDir: string): Promise<void> {
  // npm puts this folder into PATH for install scripts; the script needs it for node-pre-gyp.
  const bin = path.resolve(packageDir, '..', '..', '.bin');
  const end = await runChild([process.execPath, 'scripts/install.js', 'cpu', 'download'], {
    cwd: packageDir,
    timeoutSeconds: TIMEOUT_SECONDS,
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH']}` },
  });
  if (end.code !== 0) throw new UserError(`${failureOf(end)}; it downloads from storage.googleapis.com`);
}

/** Marks the downloaded library as tried. */
export async function markPackageDownload(packageDir: string): Promise<void> {
  await writeFile(path.join(packageDir, MARK), '');
}

/** Returns whether the package has a library that it downloaded and that was tried. */
export async function hasPackageDownload(packageDir: string): Promise<boolean> {
  return (await exists(path.join(packageDir, MARK))) && (await exists(path.join(packageDir, ADDON_FILE)));
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
