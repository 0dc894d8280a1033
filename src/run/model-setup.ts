// What the classifiers of one fit are created with.
import type { Device, ImageShape, ModelAdapter, Params } from '../types.ts';

/** A model, and what its classifiers are created with. */
export interface ModelSetup {
  readonly adapter: ModelAdapter;
  readonly params: Params;
  readonly seed: number;
  readonly device: Device;
  readonly threads: number;
  readonly classNames: readonly string[];
  readonly shape: ImageShape;
}
