// Pictures on the command line, by models that a bench has just fitted.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decode, encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.ts';
import { readOutput } from './read-output.ts';
import { runHere, runProcess } from './run-command.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'fitting-room-'));
/** As a user's own: tests run with kernels that announce themselves. */
const { TF_ENABLE_ONEDNN_OPTS: _, ...ENVIRONMENT } = process.env;
const at = (name: string): string => path.join(folder, name);

let image: Uint8Array;
beforeAll(async () => {
  const { test } = await loadDataset('fashion-mnist');
  // An ankle boot.
  image = test.bytes.slice(0, 784);
  writeFileSync(at('boot.png'), encode({ width: 28, height: 28, data: image, channels: 1, depth: 8 }));
  const noise = Uint8Array.from({ length: 40 * 40 }, (_, i) => (i * 2654435761) >>> 24);
  writeFileSync(at('noise.png'), encode({ width: 40, height: 40, data: noise, channels: 1, depth: 8 }));
  writeFileSync(at('broken.png'), readFileSync(at('boot.png')).subarray(0, 100));
  const settings = ['--set', 'cnn-lenet.epochs=2', '--set', 'cnn-lenet.learningRate=0.002'];
  const models = ['--models', 'majority,nearest-centroid,cnn-lenet', '--limit', '1000'];
  const { status, err } = await runHere('bench', ...models, ...settings, '--out', at('results'), '--no-report');
  expect(status, err).toBe(0);
});

describe('predict', () => {
  it('shows the input of the models and their answers, without baselines', async () => {
    // A separate process, because libraries print past the Io of a command.
    const args = ['predict', at('boot.png'), '--results', at('results'), '--top', '2'];
    const { status, out, err } = await runProcess(args, ENVIRONMENT);
    expect(status, err).toBe(0);
    expect(out).toContain('input: the picture, unchanged');
    expect(out).toMatch(/^nearest-centroid +(Ankle boot|Sneaker|Sandal) +no probability$/m);
    expect(out).toMatch(/^cnn-lenet +(Ankle boot|Sneaker|Sandal) +█+ +\d+\.\d %$/m);
    expect(out).not.toContain('majority');
    expect(out).not.toContain('warning');
    expect(err).toBe('');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('says when a picture is unlike the training images, and goes on after one that cannot be read', async () => {
    const files = [at('broken.png'), at('noise.png'), at('nowhere.png')];
    const { status, out, err } = await runHere('predict', ...files, '--results', at('results'), '--save', at('seen'));
    expect(status).toBe(1);
    expect(out).toMatch(/warning: unlike the training images: distance \d+ from the nearest one/);
    expect(err).toMatch(/broken\.png/);
    expect(err).toMatch(/nowhere\.png: no such file/);
    expect(err).not.toMatch(/^\s+at /m);
    expect(readdirSync(at('seen'))).toEqual(['noise.png']);
    expect(decode(readFileSync(at('seen/noise.png')))).toMatchObject({ width: 28, height: 28 });
  });

  it('prints all of it as JSON', async () => {
    const { out } = await runHere(
      'predict',
      at('boot.png'),
      '--results',
      at('results'),
      '--models',
      'cnn-lenet',
      '--json',
    );
    const { classNames, pictures } = readOutput(out);
    expect(classNames).toHaveLength(10);
    expect(pictures).toMatchObject([{ isUnchanged: true, inverted: false, answers: [{ model: 'cnn-lenet' }] }]);
    expect(pictures[0].seen).toEqual([...image]);
    expect(pictures[0].answers[0].probabilities.reduce((sum: number, p: number) => sum + p, 0)).toBeCloseTo(1, 4);
    expect(pictures[0].nearest).toMatchObject({ isUnlike: false });
  });

  it('says what to do where no model is kept, and which were asked for in vain', async () => {
    const none = await runHere('predict', at('boot.png'), '--results', at('nothing'));
    expect([none.status, none.err]).toEqual([2, expect.stringContaining('no fitted model found: run npm run bench')]);
    const models = ['--models', 'cnn-lenet,knn'];
    const { err } = await runHere('predict', at('boot.png'), '--results', at('results'), ...models);
    expect(err).toContain('left out: knn was never fitted here (npm run bench -- --models knn)');
  });
});

describe('explain', () => {
  it('shows where a network looks on a test image, and writes it as PNG', async () => {
    const { status, out, err } = await runHere('explain', 'test:0', '--results', at('results'), '--out', at('looks'));
    expect(status, err).toBe(0);
    expect(out).toMatch(/^test:0 {2}cnn-lenet, conv2d_2 \(11 x 11\)$/m);
    expect(out).toMatch(/true class Ankle boot; bright pixels speak for/);
    expect(readdirSync(at('looks'))).toEqual(['test-0-cnn-lenet-conv2d_2.png']);
    expect(decode(readFileSync(at('looks/test-0-cnn-lenet-conv2d_2.png')))).toMatchObject({ height: 28 * 8 });
  });

  it('asks the convolution and seeks the class that it is told', async () => {
    const options = ['--results', at('results'), '--layer', 'conv2d_1', '--class', 'bag', '--json'];
    const { out } = await runHere('explain', at('boot.png'), ...options);
    const [found] = readOutput(out).explanations;
    expect(found).toMatchObject({ layer: 'conv2d_1', explained: 'Bag', truth: null, height: 26, width: 26 });
    expect(found.map).toHaveLength(26 * 26);
    expect(Math.max(...found.map)).toBeLessThanOrEqual(1);
  });

  it.each([
    [['test:99999'], 1, 'unknown test image: 99999; expected 0 to 9999'],
    [['test:0', '--layer', 'conv2d_9'], 2, 'unknown convolution: "conv2d_9"; did you mean "conv2d_'],
    [['test:0', '--class', 'Hat'], 2, 'unknown class: "Hat"; known: T-shirt/top'],
    [['test:0', '--models', 'nearest-centroid'], 2, 'nearest-centroid cannot be explained'],
  ])('%j exits with %i and says what was wrong', async (args, expected, message) => {
    const { status, err } = await runHere('explain', ...(args as string[]), '--results', at('results'));
    expect(err).toContain(message);
    expect(status).toBe(expected);
  });
});
