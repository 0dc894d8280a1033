import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { referenceRecipes } from '../../benchmarks/reference-recipes.ts';
import { models } from '../fixtures/all-models.ts';

const file = fileURLToPath(new URL('../../tools/references/torch_models.py', import.meta.url));
const program = await readFile(file, 'utf8');
const networks = referenceRecipes.filter(({ library }) => library.id === 'pytorch');

it.each(networks.map(({ modelId, estimator }) => [modelId, estimator] as const))(
  'the PyTorch program trains %s with our parameters when it runs alone',
  (modelId, estimator) => {
    const { params } = models.find(({ id }) => id === modelId)!;
    const { epochs, batchSize, learningRate } = params;
    const kind = estimator.replace('torch_models.', '');
    expect(program).toMatch(new RegExp(`^class ${kind}\\(\\w*Network\\):$`, 'm'));
    const values = `{"epochs": ${epochs}, "batch_size": ${batchSize}, "learning_rate": ${learningRate}}`;
    expect(program).toContain(`"${modelId}": (${kind}, ${values})`);
  },
);

it('is valid Python 3', async () => {
  await promisify(execFile)('python3', ['-c', 'import ast, sys; ast.parse(open(sys.argv[1]).read())', file]);
});
