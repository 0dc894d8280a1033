// The replies of the local server, and the headers that all of them have.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { visibleText } from '../../document/visible-text.ts';
import type { ServedPage } from './serve-page.ts';

/** A reply to a request. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a reply, unless the client has left or already has one. */
export function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, body, headers }: Reply,
): void {
  if (response.destroyed || response.headersSent) return;
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

/** Makes the reply with a page. */
export function pageReply(status: number, { html, policy }: ServedPage): Reply {
  return { status, type: 'text/html; charset=utf-8', body: html, headers: { 'Content-Security-Policy': policy } };
}

/** Makes the reply with a value as JSON. */
export function jsonReply(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, type: 'application/json; charset=utf-8', body: visibleText(JSON.stringify(value)), headers };
}

/**
 * Makes the reply to a request that is refused.
 *
 * @param error what is wrong, for the user
 */
export function refusal(status: number, error: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return jsonReply(status, { error }, headers);
}

/**
 * Makes the reply to a request with a wrong method.
 *
 * @param allowed methods, separated by commas
 */
export function wrongMethod(allowed: string): Reply {
  return refusal(405, `method not allowed; only ${allowed}`, { Allow: allowed });
}

/** Makes the reply that sends the client to another path. */
export function movedTo(place: string): Reply {
  return jsonReply(301, {}, { Location: place });
}
