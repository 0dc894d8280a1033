// The project's folder on disk. All paths that the user does not give are relative to it.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder, absolute. */
export const projectRoot: string = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
