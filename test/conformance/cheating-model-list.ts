// The honest model and all models that cheat, as the list that the process of a fit loads.
import type { ModelAdapter } from '../../src/types.ts';
import { cheatingModels } from './cheating-models.ts';
import { honest } from './honest-model.ts';

export const models: readonly ModelAdapter[] = [honest, ...cheatingModels.map(({ make }) => make())];
