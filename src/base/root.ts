// Where the project lies on disk: the anchor of every path that is not the user's.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder, absolute. */
export const projectRoot: string = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
