import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { benchArgsOf, conditionsOf } from '../../../src/commits/measure/bench-args.ts';

describe('the command of a record', () => {
  test('is split as a shell splits it', () => {
    expect(benchArgsOf('npm run bench -- --models knn --seed 1')).toEqual(['--models', 'knn', '--seed', '1']);
    expect(benchArgsOf(`npm run bench -- --dataset '/my data/it'\\''s' --set 'knn.metric=a b'`)).toEqual([
      '--dataset',
      "/my data/it's",
      '--set',
      'knn.metric=a b',
    ]);
    expect(benchArgsOf("npm run bench -- --dataset '$HOME/*'")).toEqual(['--dataset', '$HOME/*']);
    expect(benchArgsOf('npm run bench')).toEqual([]);
  });

  test('is rejected if it is not bench, or needs a shell', () => {
    expect(benchArgsOf('npm run references -- --models knn --rounds 3')).toBeNull();
    expect(benchArgsOf('rm -rf results')).toBeNull();
    expect(benchArgsOf('npm run bench -- --models knn; rm -rf results')).toBeNull();
    expect(benchArgsOf('npm run bench -- --models knn > file')).toBeNull();
    expect(benchArgsOf('')).toBeNull();
  });
});

describe('conditions', () => {
  const of = (args: string, model = 'knn') => conditionsOf(args.split(' ').filter(Boolean), model);

  test('do not include models, seeds and limits of a run', () => {
    expect(of('--models knn --seed 3 --seeds 2 --repeats 5 --timeout 9 --skip-existing --resume')).toBe(of(''));
    expect(of('--benchmark quick --device auto')).toBe(of(''));
    expect(of('--limit 300')).not.toBe(of(''));
    expect(of('--limit 300')).not.toBe(of('--limit 400'));
    expect(of('--device cpu')).not.toBe(of(''));
  });

  test('do not depend on the form and order of the options', () => {
    expect(of('--skip-existing --limit 300 --validation 0')).toBe(of('--validation=0 --seed 1 --limit=300'));
    expect(of('--dataset fashion-mnist')).toBe(of(`--dataset ${path.resolve('fashion-mnist')}`));
  });

  test('include settings of the same model, in their order', () => {
    expect(of('--set knn.k=7 --set svm.c=1')).toBe(of('--set knn.k=7'));
    expect(of('--set svm.c=1')).toBe(of(''));
    expect(of('--set knn.k=7 --set knn.k=9')).not.toBe(of('--set knn.k=9 --set knn.k=7'));
  });
});
