// Reads objects of a repository through one long-lived git process.
import { spawn } from 'node:child_process';
import { gitEnvironment, gitOptions } from './run-git.ts';

/** One object. */
export interface GitObject {
  /** Its full hash. */
  readonly id: string;
  readonly type: string;
  readonly content: Buffer;
}

/** A running `git cat-file --batch`. */
export interface ObjectReader {
  /**
   * Reads an object.
   *
   * @param name as git accepts it, such as a hash or `HEAD^{tree}`
   * @returns null if there is no such object, or git cannot read the repository
   */
  read(name: string): Promise<GitObject | null>;
  /** Ends the process. */
  close(): void;
}

type Answer = (object: GitObject | null) => void;

/**
 * Starts the process.
 *
 * @param checkout anywhere in the git checkout
 */
export function openObjects(checkout: string): ObjectReader {
  const child = spawn('git', [...gitOptions(checkout), 'cat-file', '--batch'], {
    env: gitEnvironment(),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting: Answer[] = [];
  let isOpen = true;
  const end = (): void => {
    isOpen = false;
    for (const answer of waiting.splice(0)) answer(null);
  };
  child.on('error', end).on('close', end);
  child.stdin.on('error', () => undefined);
  const take = createParser((object) => waiting.shift()?.(object));
  child.stdout.on('data', take);
  return {
    read: (name) =>
      new Promise((resolve) => {
        // A line break would be another question.
        if (!isOpen || name.includes('\n')) return resolve(null);
        waiting.push(resolve);
        child.stdin.write(`${name}\n`);
      }),
    close: () => void child.stdin.end(),
  };
}

/** Creates a function that takes pieces of the output of `git cat-file --batch` and passes on each object. */
function createParser(found: Answer): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let length = 0;
  let needed = 1;
  return (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < needed) return;
    let rest = Buffer.concat(chunks, length);
    needed = 1;
    for (;;) {
      const lineEnd = rest.indexOf('\n');
      if (lineEnd < 0) break;
      const [, id, type, size] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(rest.subarray(0, lineEnd).toString()) ?? [];
      if (id === undefined) {
        found(null);
        rest = rest.subarray(lineEnd + 1);
        continue;
      }
      const contentEnd = lineEnd + 1 + Number(size);
      // A line break follows the content.
      if (rest.length <= contentEnd) {
        needed = contentEnd + 1;
        break;
      }
      found({ id, type: type!, content: Buffer.from(rest.subarray(lineEnd + 1, contentEnd)) });
      rest = rest.subarray(contentEnd + 1);
    }
    chunks = [rest];
    length = rest.length;
  };
}
