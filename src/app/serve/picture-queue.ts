// Receives pictures for the local server and classifies them one at a time.
import type { IncomingMessage } from 'node:http';
import { messageOf, UserError } from '../../base/errors.ts';
import { integer } from '../../document/format.ts';
import type { TryResult } from '../try/try-data.ts';
import { jsonReply, type Reply, refusal } from './reply.ts';

/** Maximum number of pictures in flight. */
const MOST_PENDING = 4;

/** What the queue needs. */
export interface PictureQueueOptions {
  /** Maximum size of a picture file. */
  readonly maxBytes: number;
  /**
   * Classifies a picture. Calls never overlap.
   *
   * @param bytes of a file
   * @throws UserError when the file is not a picture
   */
  classify(bytes: Uint8Array): Promise<TryResult>;
}

/** Pictures that wait or are being classified. */
export interface PictureQueue {
  /**
   * Receives the picture of a request and classifies it.
   *
   * @throws Error when the client leaves, or the model fails
   */
  reply(request: IncomingMessage): Promise<Reply>;
  /** Resolves when no classification is running. */
  idle(): Promise<void>;
}

/** Creates an empty queue. */
export function pictureQueue({ maxBytes, classify }: PictureQueueOptions): PictureQueue {
  let last: Promise<unknown> = Promise.resolve();
  /** Pictures that are being received, waiting or being classified. */
  let pending = 0;

  const classifyNext = (bytes: Uint8Array): Promise<TryResult> => {
    const turn = last.then(() => classify(bytes));
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    async reply(request) {
      if (pending >= MOST_PENDING) return refusal(503, 'too many pictures at once; try again', { 'Retry-After': '1' });
      pending++;
      try {
        const bytes = await readBody(request, maxBytes);
        if (bytes !== null) return jsonReply(200, await classifyNext(bytes));
        return refusal(413, `picture too large: the maximum is ${integer(maxBytes)} bytes`);
      } catch (error) {
        if (error instanceof UserError) return refusal(400, messageOf(error));
        throw error;
      } finally {
        pending--;
      }
    },
    async idle() {
      await last;
    },
  };
}

/**
 * Reads a request's body; null as soon as it is known to exceed the limit. The rest is then received, so that the client
 * gets its reply, but not kept.
 */
function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    const refuse = (): void => {
      chunks = [];
      request.off('data', collect).resume();
      resolve(null);
    };
    const collect = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) refuse();
      else chunks.push(chunk);
    };
    request.on('error', reject);
    request.on('close', () => reject(new Error('the client has disconnected, or was too slow')));
    request.on('end', () => resolve(Buffer.concat(chunks)));
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) refuse();
    else request.on('data', collect);
  });
}
