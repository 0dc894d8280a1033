// Keeps this process and its outputs from foreign code that runs in it for a moment.
import process from 'node:process';

/**
 * Runs code that must neither end this process by `process.exit` nor write to its outputs: while it runs, `process.exit`
 * throws, and what it prints is kept. Nothing else may print meanwhile.
 *
 * @param work loads a module, for example
 * @param onLine receives each line that it printed, when it has ended
 */
export async function guardProcess<T>(work: () => Promise<T>, onLine: (line: string) => void): Promise<T> {
  const { exit, exitCode } = process;
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
  let printed = '';
  process.exit = (code) => {
    throw new Error(`it called process.exit(${code ?? ''})`);
  };
  for (const { stream } of streams) {
    stream.write = (chunk: unknown) => {
      printed += chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(chunk);
      return true;
    };
  }
  try {
    return await work();
  } finally {
    process.exit = exit;
    process.exitCode = exitCode;
    for (const { stream, write } of streams) stream.write = write;
    if (printed !== '') printed.replace(/\n$/, '').split('\n').forEach(onLine);
  }
}
