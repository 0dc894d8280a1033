// The local server: a start page, the files of a report, and classification of uploaded pictures.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../base/errors.ts';
import { type PictureQueue, type PictureQueueOptions, pictureQueue } from './picture-queue.ts';
import { movedTo, pageReply, type Reply, refusal, sendReply, wrongMethod } from './reply.ts';
import { readReportFile } from './report-files.ts';
import type { ServedPage } from './serve-page.ts';

const ADDRESS = '127.0.0.1';

/** Time limit for receiving a request: a picture takes less than a second on one machine, a few seconds through a tunnel. */
const RECEIVE_MILLISECONDS = 20_000;

/** Maximum number of open connections: a browser opens six for each page. Others are closed at once. */
const MOST_CONNECTIONS = 64;

/** Pages of a report may not request anything, not even from this server. */
const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Options of the server. */
export interface ServerOptions extends PictureQueueOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Folder of the report; may be missing. */
  readonly report: string;
  /** Milliseconds in which a request must be received completely; 20,000 by default. */
  readonly receiveMilliseconds?: number;
  /** Renders the page at `/`. */
  page(): Promise<ServedPage>;
  /** Renders the page for unknown paths. */
  missing(): ServedPage;
  /** Called with every internal error. */
  failed(error: unknown): void;
}

/** A running server. */
export interface LocalServer {
  readonly url: string;
  /** Closes all connections; resolves when no classification is running. */
  close(): Promise<void>;
}

/**
 * Starts the server on the loopback address, so that other machines cannot reach it. It refuses requests with another
 * Host header (DNS rebinding) and requests from other sites. It bounds connections, and the time and bytes of a request.
 *
 * @throws UserError when the port is in use or not allowed
 */
export async function startServer(options: ServerOptions): Promise<LocalServer> {
  let hosts: readonly string[] = [];
  const queue = pictureQueue(options);
  const server = createLimitedServer(options.receiveMilliseconds ?? RECEIVE_MILLISECONDS, (request, response) => {
    answer(request, options, hosts, queue)
      .catch((error: unknown): Reply => {
        // The client has disconnected, or was too slow: not an error.
        if (!request.socket.destroyed && !response.headersSent) options.failed(error);
        return refusal(500, 'internal error; see the terminal of npm run serve');
      })
      .then((reply) => sendReply(request, response, reply))
      .catch(options.failed);
  });
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

/** Creates a server with a bounded number of connections and a time limit for receiving a request. */
function createLimitedServer(
  milliseconds: number,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer(
    // Node closes connections whose headers are late; `limitTime` closes those whose body is.
    {
      headersTimeout: milliseconds,
      requestTimeout: 2 * milliseconds,
      connectionsCheckingInterval: Math.min(milliseconds, 1000),
    },
    (request, response) => {
      limitTime(request, response, milliseconds);
      listener(request, response);
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

/** Closes the connection of a request that is not received in time. */
function limitTime(request: IncomingMessage, response: ServerResponse, milliseconds: number): void {
  const timer = setTimeout(() => {
    if (request.complete) return;
    // If it has been refused before, its rest was dropped until now.
    if (response.headersSent) request.destroy();
    else response.once('finish', () => request.destroy());
    const message = `request not received within ${milliseconds / 1000} s; send it again`;
    sendReply(request, response, refusal(408, message, { Connection: 'close' }));
  }, milliseconds);
  request.once('close', () => clearTimeout(timer));
}

function portFault(port: number, cause: NodeJS.ErrnoException): Error {
  const reasons: Readonly<Record<string, string>> = { EADDRINUSE: 'is in use', EACCES: 'is not allowed' };
  const reason = reasons[cause.code ?? ''];
  if (reason === undefined) return cause;
  return new UserError(`port ${port} ${reason}; choose another with --port, or 0 for any free port`, { cause });
}

async function answer(
  request: IncomingMessage,
  options: ServerOptions,
  hosts: readonly string[],
  queue: PictureQueue,
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
