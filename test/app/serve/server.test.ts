import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import net from 'node:net';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { LoadedModels } from '../../../src/app/predict/loaded-models.ts';
import type { NoveltyScore } from '../../../src/app/predict/out-of-distribution.ts';
import { classifier } from '../../../src/app/serve/classify.ts';
import { renderMissing } from '../../../src/app/serve/serve-page.ts';
import { type LocalServer, type ServerOptions, startServer } from '../../../src/app/serve/server.ts';
import type { TryResult } from '../../../src/app/try/try-data.ts';
import { UserError } from '../../../src/base/errors.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const shape = { height: 28, width: 28, channels: 1 };

/** Two models: one says the class of the lightest column, one has no probabilities. */
const loaded: LoadedModels = {
  models: [],
  dispose() {},
  ask: async ({ bytes }) => [
    [
      { model: 'column', label: (bytes.indexOf(255) % 28) % 2, probabilities: [0.25, 0.75] },
      { model: 'terse', label: 1, probabilities: null },
    ],
  ],
};
const noveltyScore: NoveltyScore = { usual: 60, nearest: async () => [{ train: 3, label: 1, distance: 70 }] };

const result: TryResult = {
  seen: [],
  answers: [],
  nearest: null,
  inverted: false,
  crop: { left: 0, top: 0, width: 1, height: 1 },
  isBlank: false,
  isUnchanged: true,
};

let folder: string;
let failures: unknown[];

beforeEach(async () => {
  folder = await temporaryFolder();
  failures = [];
});

async function start(changes: Partial<ServerOptions> = {}): Promise<LocalServer> {
  const server = await startServer({
    port: 0,
    report: path.join(folder, 'report'),
    maxBytes: 10_000,
    page: async () => ({ html: '<h1>page</h1>', policy: "default-src 'none'" }),
    missing: renderMissing,
    classify: classifier(loaded, noveltyScore, shape),
    failed: (error) => failures.push(error),
    ...changes,
  });
  onTestFinished(() => server.close());
  return server;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Question {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

/** Asks as no browser would: every path and header goes out as it is. */
function ask({ url }: LocalServer, { path: place = '/', method = 'GET', headers, body }: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { path: place, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const classify = (server: LocalServer, body: Uint8Array, headers: Record<string, string> = {}) =>
  ask(server, { path: '/api/classify', method: 'POST', body, headers });

const errorOf = ({ body }: Answer): string => (JSON.parse(body) as { error: string }).error;

function png(): Promise<Buffer> {
  const dark = { r: 20, g: 30, b: 90 };
  const box = sharp({ create: { width: 40, height: 80, channels: 3, background: dark } }).png();
  return box.toBuffer().then((input) =>
    sharp({ create: { width: 200, height: 100, channels: 3, background: '#fff' } })
      .composite([{ input, left: 30, top: 10 }])
      .png()
      .toBuffer(),
  );
}

describe('a picture', () => {
  it('is answered by every model, with what they saw and what was done to it', async () => {
    const { status, headers, body } = await classify(await start(), await png());
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    const verdict = JSON.parse(body) as TryResult;
    expect(verdict).toMatchObject({
      inverted: true,
      crop: { left: 30, top: 10, width: 40, height: 80 },
      isBlank: false,
      isUnchanged: false,
      nearest: { train: 3, label: 1, distance: 70, usual: 60, isUnlike: true },
    });
    expect(verdict.answers).toEqual([
      // 14 of 28 columns are the box's, from column 7.
      { model: 'column', label: 1, probabilities: [0.25, 0.75] },
      { model: 'terse', label: 1, probabilities: null },
    ]);
    expect(verdict.seen).toHaveLength(784);
    expect(verdict.seen.slice(14 * 28, 15 * 28)).toEqual(
      Array.from({ length: 28 }, (_, x) => (x >= 7 && x < 21 ? expect.any(Number) : 0)),
    );
  });

  it('waits for the one before it', async () => {
    let running = 0;
    let most = 0;
    const server = await start({
      classify: async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running--;
        return result;
      },
    });
    const answers = await Promise.all(Array.from({ length: 4 }, () => classify(server, Uint8Array.of(1))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(most).toBe(1);
  });

  it('is refused when too many are waiting, and welcome later', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = 0;
    const server = await start({
      classify: async () => {
        begun++;
        await held;
        return result;
      },
    });
    const waiting = Array.from({ length: 4 }, () => classify(server, Uint8Array.of(1)));
    // The four are in before the fifth is sent.
    while (begun === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { status, headers } = await classify(server, Uint8Array.of(1));
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    release();
    expect((await Promise.all(waiting)).map((one) => one.status)).toEqual([200, 200, 200, 200]);
    expect((await classify(server, Uint8Array.of(1))).status).toBe(200);
  });

  it.each([
    ['text', Buffer.from('no picture'), 'found a start of 6e 6f 20 70'],
    ['nothing', Buffer.alloc(0), 'found an empty file'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'found SVG'],
  ])('that is %s is reported as the user’s mistake', async (_, body, message) => {
    const answer = await classify(await start(), body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatch(/^not a usable picture: what was sent: /);
    expect(errorOf(answer)).toContain(message);
    expect(failures).toEqual([]);
  });

  it('may be as large as allowed and no larger, whether its size is told or not', async () => {
    const server = await start({ maxBytes: 1000, classify: async () => result });
    expect((await classify(server, Buffer.alloc(1000))).status).toBe(200);
    for (const headers of [{}, { 'Transfer-Encoding': 'chunked' }]) {
      const answer = await classify(server, Buffer.alloc(1001), headers as Record<string, string>);
      expect(answer.status).toBe(413);
      expect(errorOf(answer)).toContain('the maximum is 1,000 bytes');
    }
    // Far too much is read to its end, so that the answer arrives.
    expect((await classify(server, Buffer.alloc(5_000_000))).status).toBe(413);
    expect((await classify(server, Buffer.alloc(10))).status).toBe(200);
  });

  it('that ends a model in a fault is answered without the fault’s stack', async () => {
    const fault = new Error('the matrix is singular');
    const server = await start({
      classify: async () => {
        throw fault;
      },
    });
    const answer = await classify(server, Uint8Array.of(1));
    expect([answer.status, errorOf(answer)]).toEqual([500, 'internal error; see the terminal of npm run serve']);
    expect(failures).toEqual([fault]);
  });

  it('whose sender leaves is no fault, and does not keep its place', async () => {
    const server = await start({ classify: async () => result });
    const { port } = new URL(server.url);
    for (let i = 0; i < 6; i++) {
      const socket = net.connect(Number(port), '127.0.0.1');
      socket.write(`POST /api/classify HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 50\r\n\r\nhalf`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await classify(server, Uint8Array.of(1))).status).toBe(200);
    expect(failures).toEqual([]);
  });
});

describe('the server', () => {
  it('listens on this machine alone', async () => {
    const { url } = await start();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  it('tells a port that is in use as a fault of the user', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    await expect(start({ port })).rejects.toThrow(UserError);
    await expect(start({ port })).rejects.toThrow(`port ${port} is in use; choose another with --port`);
  });

  it('closes while somebody holds a connection, and after what is being classified', async () => {
    let isDone = false;
    const server = await start({
      classify: async () => {
        await new Promise((resolve) => setTimeout(resolve, 60));
        isDone = true;
        return result;
      },
    });
    const answer = classify(server, Uint8Array.of(1)).catch((error: NodeJS.ErrnoException) => error.code);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await server.close();
    expect([isDone, await answer]).toEqual([true, 'ECONNRESET']);
    expect(failures).toEqual([]);
  });

  it.each([['localhost'], ['127.0.0.1'], ['[::1]'], ['LOCALHOST']])('answers as %s', async (name) => {
    const server = await start();
    const host = `${name}:${new URL(server.url).port}`;
    expect((await ask(server, { headers: { Host: host } })).status).toBe(200);
    expect((await ask(server, { headers: { Host: host, Origin: `http://${host}` } })).status).toBe(200);
  });

  it.each([
    ['another name', (port: string) => ({ Host: `evil.example:${port}` })],
    ['a name that begins alike', (port: string) => ({ Host: `localhost.evil.example:${port}` })],
    ['another port', () => ({ Host: 'localhost:1' })],
    ['no port', () => ({ Host: 'localhost' })],
    ['another site', (port: string) => ({ Host: `localhost:${port}`, Origin: 'https://evil.example' })],
    ['another server here', (port: string) => ({ Host: `localhost:${port}`, Origin: 'http://localhost:1' })],
    ['a page without a site', (port: string) => ({ Host: `localhost:${port}`, Origin: 'null' })],
  ])('refuses requests for or from %s', async (_, headersOf) => {
    const server = await start();
    const headers = headersOf(new URL(server.url).port) as Record<string, string>;
    for (const place of ['/', '/report/', '/api/classify']) {
      const method = place.startsWith('/api') ? 'POST' : 'GET';
      const answer = await ask(server, { path: place, method, headers });
      expect(answer.status).toBe(403);
      expect(errorOf(answer)).toContain('refused');
    }
  });

  it.each([
    ['/', 'POST', 'GET, HEAD'],
    ['/', 'DELETE', 'GET, HEAD'],
    ['/report/index.html', 'PUT', 'GET, HEAD'],
    ['/nowhere', 'OPTIONS', 'GET, HEAD'],
    ['/api/classify', 'GET', 'POST'],
    ['/api/classify', 'OPTIONS', 'POST'],
  ])('allows of %s no %s', async (place, method, allowed) => {
    const { status, headers } = await ask(await start(), { path: place, method });
    expect([status, headers['allow']]).toEqual([405, allowed]);
  });

  it('sends every answer with what keeps others from using it', async () => {
    await mkdir(path.join(folder, 'report'));
    await writeFile(path.join(folder, 'report', 'index.html'), '<h1>report</h1>');
    const server = await start();
    for (const place of ['/', '/report/', '/nowhere', '/api/classify']) {
      const { headers } = await ask(server, { path: place });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('answers HEAD without a body', async () => {
    const { status, headers, body } = await ask(await start(), { method: 'HEAD' });
    expect([status, headers['content-length'], body]).toEqual([200, '13', '']);
  });
});

describe('files of a report', () => {
  const report = () => path.join(folder, 'report');
  const get = async (place: string): Promise<Answer> => ask(await start(), { path: place });

  beforeEach(async () => {
    await mkdir(path.join(report(), 'charts'), { recursive: true });
    await mkdir(path.join(report(), 'explore'));
    await writeFile(path.join(folder, 'secret.html'), 'secret');
    await writeFile(path.join(report(), 'index.html'), '<h1>report</h1>');
    await writeFile(path.join(report(), 'explore', 'index.html'), '<h1>explored</h1>');
    await writeFile(path.join(report(), 'README.md'), '# Report');
    await writeFile(path.join(report(), 'charts', 'a b.svg'), '<svg/>');
    await writeFile(path.join(report(), 'map.png'), Uint8Array.of(137, 80));
    await writeFile(path.join(report(), 'records.json'), '{}');
    await writeFile(path.join(report(), '.hidden.html'), 'secret');
  });

  it.each([
    ['/report/', '<h1>report</h1>', 'text/html; charset=utf-8'],
    ['/report/index.html?a=/../b', '<h1>report</h1>', 'text/html; charset=utf-8'],
    ['/report/explore/', '<h1>explored</h1>', 'text/html; charset=utf-8'],
    ['/report/README.md', '# Report', 'text/plain; charset=utf-8'],
    ['/report/charts/a%20b.svg', '<svg/>', 'image/svg+xml'],
  ])('are there at %s', async (place, body, type) => {
    const answer = await get(place);
    expect([answer.status, answer.body, answer.headers['content-type']]).toEqual([200, body, type]);
    // What a report holds must not ask the models, nor anybody else.
    expect(answer.headers['content-security-policy']).not.toContain('connect-src');
  });

  it.each([
    ['/report', '/report/'],
    ['/report/explore', '/report/explore/'],
  ])('that are a folder, %s, are at %s', async (place, target) => {
    const { status, headers } = await get(place);
    expect([status, headers['location']]).toEqual([301, target]);
  });

  it.each([
    ['/report/../secret.html'],
    ['/report/%2e%2e/secret.html'],
    ['/report/..%2fsecret.html'],
    ['/report/%2E%2E%2Fsecret.html'],
    ['/report/..%5csecret.html'],
    ['/report/charts/../../secret.html'],
    ['/report/charts/..%2f..%2f/secret.html'],
    ['/report//etc/passwd'],
    ['/report/%2fetc%2fpasswd'],
    ['/report/index.html%00.png'],
    ['/report/%'],
    ['/report/%ff'],
    ['/report/.hidden.html'],
    ['/report/records.json'],
    ['/report/charts/'],
    ['/report/index.html/'],
    ['/report/nothing.html'],
    ['/reports/index.html'],
    ['//evil.example/report/'],
    ['/secret.html'],
    ['/api/'],
  ])('are nowhere else: %s', async (place) => {
    const { status, body } = await get(place);
    expect(status).toBe(404);
    expect(body).toContain('Page not found');
    expect(body).not.toContain('secret');
  });

  it('are not what a link outside leads to, but what a link inside does', async () => {
    await symlink(path.join(folder, 'secret.html'), path.join(report(), 'out.html'));
    await symlink(folder, path.join(report(), 'up'));
    await symlink(path.join(report(), 'index.html'), path.join(report(), 'in.html'));
    expect((await get('/report/out.html')).status).toBe(404);
    expect((await get('/report/up/secret.html')).status).toBe(404);
    expect((await get('/report/in.html')).status).toBe(200);
  });

  it('are in no folder that only begins alike', async () => {
    await mkdir(path.join(folder, 'report-private'));
    await writeFile(path.join(folder, 'report-private', 'index.html'), 'secret');
    await symlink(path.join(folder, 'report-private'), path.join(report(), 'private'));
    expect((await get('/report/private/index.html')).status).toBe(404);
  });

  it('are missing where there is no report', async () => {
    const server = await start({ report: path.join(folder, 'none') });
    expect((await ask(server, { path: '/report/' })).status).toBe(404);
  });
});
