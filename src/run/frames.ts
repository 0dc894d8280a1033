// Messages over a pipe: a value that structured cloning can copy, and raw bytes that may follow it.
import { deserialize, serialize } from 'node:v8';

/** One message. */
export interface Frame {
  readonly value: unknown;
  /** Empty if the sender added no bytes. */
  readonly body: Uint8Array;
}

/** What a reader of frames needs. */
export interface FrameOptions {
  /** The largest value and the largest body that are accepted, in bytes. */
  readonly limits: { readonly value: number; readonly body: number };
  /** Creates the memory that a body is read into. */
  allocate(bytes: number): Uint8Array;
  onFrame(frame: Frame): void;
}

/** File descriptors of a model's process: requests come on one, answers go to the other. */
export const REQUEST_DESCRIPTOR = 3;
export const ANSWER_DESCRIPTOR = 4;

/** Four bytes for the length of the value, six for that of the body, big-endian. */
const HEADER_BYTES = 10;

/**
 * Encodes all of a message except its body, which is sent after it.
 *
 * @param value any value that structured cloning can copy
 * @param bodyBytes length of the body, 0 for none
 * @throws Error if the value cannot be copied
 */
export function encodeFrame(value: unknown, bodyBytes = 0): Buffer {
  const content = serialize(value);
  const head = Buffer.allocUnsafe(HEADER_BYTES + content.length);
  head.writeUInt32BE(content.length, 0);
  head.writeUIntBE(bodyBytes, 4, 6);
  head.set(content, HEADER_BYTES);
  return head;
}

/**
 * Creates a function that takes the bytes of a pipe, in pieces of any size, and passes on the messages.
 *
 * @returns a function that throws an Error if the bytes are not messages within the limits; it must not be called again then
 */
export function createFrameReader({ limits, allocate, onFrame }: FrameOptions): (chunk: Uint8Array) => void {
  let stage: 'header' | 'value' | 'body' = 'header';
  let target: Uint8Array = new Uint8Array(HEADER_BYTES);
  let filled = 0;
  let value: unknown;
  let bodyBytes = 0;
  const begin = (next: typeof stage, memory: Uint8Array): void => {
    stage = next;
    target = memory;
    filled = 0;
  };
  const finishStage = (): void => {
    if (stage === 'header') {
      const header = Buffer.from(target.buffer);
      bodyBytes = header.readUIntBE(4, 6);
      begin('value', Buffer.alloc(checked('message', header.readUInt32BE(0), limits.value)));
    } else if (stage === 'value') {
      value = deserialize(target);
      begin('body', allocate(checked('body of a message', bodyBytes, limits.body)));
    } else {
      const body = target;
      begin('header', new Uint8Array(HEADER_BYTES));
      onFrame({ value, body });
    }
  };
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + target.length - filled);
      target.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      while (filled === target.length) finishStage();
    }
  };
}

function checked(what: string, bytes: number, limit: number): number {
  if (bytes <= limit) return bytes;
  throw new Error(`a ${what} of ${bytes} bytes; at most ${limit} are accepted`);
}
