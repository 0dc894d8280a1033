import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { models } from '../../../models/index.ts';

const program = await readFile(new URL('../../../benchmarks/peers/torch_peer.py', import.meta.url), 'utf8');

it.each(['mlp', 'cnn', 'cnn-lenet', 'resnet'])('the PyTorch program trains %s by our parameters', (id) => {
  const { params } = models.find((model) => model.id === id)!;
  const { epochs, batchSize, learningRate } = params;
  expect(program).toContain(`"${id}": {"epochs": ${epochs}, "batch": ${batchSize}, "rate": ${learningRate}`);
});
