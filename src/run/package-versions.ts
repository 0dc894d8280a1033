// Reads the versions of the packages that a result depends on.
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Reads the installed version of every run-time dependency.
 *
 * @param root folder of package.json
 * @returns versions by package name; packages that are not installed are left out
 */
export async function packageVersions(root: string): Promise<Record<string, string>> {
  const read = async (file: string): Promise<{ version?: string; dependencies?: Record<string, string> }> =>
    JSON.parse(await readFile(file, 'utf8'));
  const { dependencies = {} } = await read(path.join(root, 'package.json'));
  const versions: Record<string, string> = {};
  for (const name of Object.keys(dependencies).sort()) {
    const installed = await read(path.join(root, 'node_modules', name, 'package.json')).catch(() => null);
    if (installed?.version) versions[name] = installed.version;
  }
  return versions;
}
