// The local server: a start page, the files of a report, and classification of uploaded pictures.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, UserError } from '../../base/errors.ts';
import { integer } from '../../document/format.ts';
import type { TryResult } from '../try/try-data.ts';
import { readReportFile } from './report-files.ts';
import type { ServedPage } from './serve-page.ts';

const ADDRESS = '127.0.0.1';

/** Maximum number of pictures in flight; they are classified one at a time. */
const MOST_PENDING = 4;

/** Time limit for receiving a request, in milliseconds. */
const REQUEST_MILLISECONDS = 60_000;

/** Pages of a report may not request anything, not even from this server. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Options of the server. */
export interface ServerOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Folder of the report; may be missing. */
  readonly report: string;
  /** Maximum size of a picture file. */
  readonly maxBytes: number;
  /** Renders the page at `/`. */
  page(): Promise<ServedPage>;
  /** Renders the page for unknown paths. */
  missing(): ServedPage;
  /**
   * Classifies a picture. Calls never overlap.
   *
   * @param bytes of a file
   * @throws UserError when the file is not a picture
   */
  classify(bytes: Uint8Array): Promise<TryResult>;
  /** Called with every internal error. */
  failed(error: unknown): void;
}

/** A running server. */
export interface LocalServer {
  readonly url: string;
  /** Closes all connections; resolves when no classification is running. */
  close(): Promise<void>;
}

/** A response. */
interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Starts the server on the loopback address, so that other machines cannot reach it. It refuses requests with another
 * Host header (DNS rebinding) and requests from other sites.
 *
 * @throws UserError when the port is in use or not allowed
 */
export async function startServer(options: ServerOptions): Promise<LocalServer> {
  let hosts: readonly string[] = [];
  const queue = pictureQueue(options);
  const server = createServer((request, response) => {
    answer(request, options, hosts, queue)
      .catch((error: unknown): Reply => {
        // The client has disconnected: not an error.
        if (!request.socket.destroyed) options.failed(error);
        return refusal(500, 'internal error; see the terminal of npm run serve');
      })
      .then((reply) => send(request, response, reply))
      .catch(options.failed);
  });
  server.requestTimeout = REQUEST_MILLISECONDS;
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(portFault(options.port, cause)));
    server.listen(options.port, ADDRESS, () => resolve((server.address() as AddressInfo).port));
  });
  // Browsers omit the default port.
  const suffixes = port === 80 ? [':80', ''] : [`:${port}`];
  hosts = [ADDRESS, 'localhost', '[::1]'].flatMap((name) => suffixes.map((suffix) => name + suffix));
  return {
    url: `http://${ADDRESS}:${port}/`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await queue.idle();
    },
  };
}

function portFault(port: number, cause: NodeJS.ErrnoException): Error {
  const reasons: Readonly<Record<string, string>> = { EADDRINUSE: 'is in use', EACCES: 'is not allowed' };
  const reason = reasons[cause.code ?? ''];
  if (reason === undefined) return cause;
  return new UserError(`port ${port} ${reason}; choose another with --port, or 0 for any free port`, { cause });
}

/** Queues pictures. */
interface Queue {
  reply(request: IncomingMessage): Promise<Reply>;
  /** Resolves when no classification is running. */
  idle(): Promise<void>;
}

function pictureQueue({ maxBytes, classify }: ServerOptions): Queue {
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
        if (bytes !== null) return json(200, await classifyNext(bytes));
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

async function answer(
  request: IncomingMessage,
  options: ServerOptions,
  hosts: readonly string[],
  queue: Queue,
): Promise<Reply> {
  const { host = '', origin } = request.headers;
  if (!hosts.includes(host.toLowerCase())) return refusal(403, `refused: unknown host "${host}"; use ${hosts[0]}`);
  if (origin !== undefined && !hosts.some((own) => origin.toLowerCase() === `http://${own}`)) {
    return refusal(403, `refused: request from another site, ${origin}`);
  }
  const [path] = (request.url ?? '').split('?', 1);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (path === '/api/classify') {
    return request.method === 'POST' ? queue.reply(request) : wrongMethod('POST');
  }
  if (!isRead) return wrongMethod('GET, HEAD');
  if (path === '/') return pageReply(200, await options.page());
  if (path === '/report') return movedTo('/report/');
  if (path!.startsWith('/report/')) {
    const found = await readReportFile(options.report, path!.slice('/report/'.length));
    if (found?.kind === 'folder') return movedTo(`${path}/`);
    if (found) {
      const headers = { 'Content-Security-Policy': REPORT_POLICY };
      return { status: 200, type: found.type, body: found.bytes, headers };
    }
  }
  return pageReply(404, options.missing());
}

/** Reads a request's body; null as soon as it exceeds the limit. The rest is read and dropped. */
function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // A Content-Length above the limit is refused at once.
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) resolve(null);
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
      } else {
        chunks.length = 0;
        resolve(null);
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body, headers }: Reply): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function pageReply(status: number, { html, policy }: ServedPage): Reply {
  return { status, type: 'text/html; charset=utf-8', body: html, headers: { 'Content-Security-Policy': policy } };
}

function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value), headers };
}

function refusal(status: number, error: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return json(status, { error }, headers);
}

function wrongMethod(allowed: string): Reply {
  return refusal(405, `method not allowed; only ${allowed}`, { Allow: allowed });
}

function movedTo(place: string): Reply {
  return json(301, {}, { Location: place });
}
