// Before any test: the engine and the data are made available, as every command does for itself.
import { loadDataset } from '../src/data/dataset.ts';
import { ensureEngine } from '../src/engine/provision/provision-engine.ts';

export default async function provision(): Promise<void> {
  const status = await ensureEngine({ device: 'auto' });
  for (const notice of status.notices) console.error(`engine: ${notice}`);
  await loadDataset('fashion-mnist');
}
