// What the local server holds and waits for when clients misuse it.
import { request } from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renderMissing } from '../../../src/app/serve/serve-page.ts';
import { type ServerOptions, startServer } from '../../../src/app/serve/server.ts';
import type { TryResult } from '../../../src/app/try/try-data.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const RECEIVE_MILLISECONDS = 400;
/** Node looks for late headers once in the limit; a busy machine needs some more. */
const SOON_MILLISECONDS = 10 * RECEIVE_MILLISECONDS;

const result: TryResult = {
  seen: [],
  answers: [],
  nearest: null,
  inverted: false,
  crop: { left: 0, top: 0, width: 1, height: 1 },
  isBlank: false,
  isUnchanged: true,
};

async function start(changes: Partial<ServerOptions> = {}): Promise<number> {
  const failures: unknown[] = [];
  const server = await startServer({
    port: 0,
    report: path.join(await temporaryFolder(), 'report'),
    maxBytes: 8 * 2 ** 20,
    receiveMilliseconds: RECEIVE_MILLISECONDS,
    page: async () => ({ html: '<h1>page</h1>', policy: "default-src 'none'" }),
    missing: renderMissing,
    classify: async () => result,
    failed: (error) => failures.push(error),
    ...changes,
  });
  onTestFinished(async () => {
    await server.close();
    expect(failures).toEqual([]);
  });
  return Number(new URL(server.url).port);
}

/** A connection of a client that does what it likes. */
interface Client {
  readonly socket: net.Socket;
  /** What the server has sent. */
  received(): string;
  readonly closed: Promise<void>;
}

function connect(port: number): Client {
  const socket = net.connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  socket.on('error', () => {});
  return { socket, received: () => text, closed: new Promise((resolve) => socket.once('close', () => resolve())) };
}

const head = (port: number, bytes: number, line = 'POST /api/classify'): string =>
  `${line} HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: ${bytes}\r\n\r\n`;

/** Connects, sends the start of a request, and then one byte at a time. */
function drip(port: number, text: string): Client {
  const client = connect(port);
  client.socket.write(text);
  const timer = setInterval(() => client.socket.write('x'), 20);
  void client.closed.then(() => clearInterval(timer));
  return client;
}

/** The status of a picture of one byte. */
function classify(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port, host: '127.0.0.1', path: '/api/classify', method: 'POST', agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode!);
      },
    );
    sent.on('error', reject);
    sent.end('x');
  });
}

async function isClosedSoon({ closed }: Client): Promise<boolean> {
  return Promise.race([closed.then(() => true), setTimeout(SOON_MILLISECONDS, false, { ref: false })]);
}

describe('a client that sends one byte at a time', () => {
  it.each([
    ['a picture', (port: number) => head(port, 1000), 'HTTP/1.1 408'],
    ['a picture that is refused for its size', (port: number) => head(port, 1e9), 'HTTP/1.1 413'],
    ['the body of another request', (port: number) => head(port, 1000, 'PUT /'), 'HTTP/1.1 405'],
    ['headers', (port: number) => `GET / HTTP/1.1\r\nHost: localhost:${port}\r\nX-Long: `, 'HTTP/1.1 408'],
    ['nothing', () => '', 'HTTP/1.1 408'],
  ])('is disconnected after the time limit: %s', async (kind, startOf, answer) => {
    const port = await start();
    const client = kind === 'nothing' ? connect(port) : drip(port, startOf(port));
    expect(await isClosedSoon(client)).toBe(true);
    expect(client.received().slice(0, 12)).toBe(answer);
  });

  it('keeps others out until then at most', async () => {
    const port = await start();
    const clients = Array.from({ length: 4 }, () => drip(port, head(port, 1000)));
    await expect.poll(() => classify(port)).toBe(503);
    expect(await Promise.all(clients.map(isClosedSoon))).toEqual([true, true, true, true]);
    for (const { received } of clients) expect(received()).toContain('request not received within 0.4 s');
    expect(await classify(port)).toBe(200);
  });
});

it('does not limit the time of a classification', async () => {
  const port = await start({ classify: () => setTimeout(3 * RECEIVE_MILLISECONDS, result) });
  expect(await classify(port)).toBe(200);
});

it('drops the bytes of refused pictures: 24 connections hold none of them', async () => {
  setFlagsFromString('--expose_gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const held = (): number => {
    collectGarbage();
    return process.memoryUsage().arrayBuffers;
  };
  const port = await start({ receiveMilliseconds: 60_000 });
  const before = held();
  const megabyte = Buffer.alloc(2 ** 20);
  await Promise.all(
    Array.from({ length: 24 }, async () => {
      const { socket, received } = connect(port);
      // Announces more than the limit of 8 MB, sends less, and stays connected.
      socket.write(head(port, 12 * 2 ** 20));
      for (let sent = 0; sent < 7; sent++) {
        if (!socket.write(megabyte)) await new Promise((resolve) => socket.once('drain', resolve));
      }
      await expect.poll(received, { timeout: 30_000 }).toContain('HTTP/1.1 413');
    }),
  );
  // What was sent may still be on its way.
  for (let sample = 0; sample < 20; sample++) {
    // Kept, it would be 176 MB. Some buffers of the sockets are always there.
    expect(held() - before).toBeLessThan(50e6);
    await setTimeout(50);
  }
});

it('refuses more than 64 connections, and takes new ones when they end', async () => {
  const port = await start({ receiveMilliseconds: 60_000 });
  const first = Array.from({ length: 64 }, () => connect(port));
  await Promise.all(first.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))));
  expect(await isClosedSoon(connect(port))).toBe(true);
  for (const { socket } of first) socket.destroy();
  await expect.poll(() => classify(port).catch(() => 0), { timeout: SOON_MILLISECONDS }).toBe(200);
});
