// The first step of a network, taken by a throw-away model so that compiling and loading kernels is not timed as training.
import { quietFitEvents } from '../base/quiet-fit-events.ts';
import { seedMathRandom } from '../base/random.ts';
import { firstImages, relabelled } from '../data/views.ts';
import type { Classifier } from '../types.ts';
import type { FitHooks, FitRequest } from './fit-request.ts';

/** Images that the throw-away model is fitted on. */
const WARM_UP_IMAGES = 64;

/**
 * Lets a throw-away model take its first step on random labels and predict a few images. Graphs are then compiled and
 * kernels loaded before the clock starts, and no trained state gets into the fit.
 *
 * @returns the duration in seconds
 * @throws `hooks.signal.reason` when aborted
 */
export async function warmUp(request: FitRequest, hooks: FitHooks): Promise<number> {
  const { adapter, params, seed, device, threads, classNames, train, validation } = request;
  const start = hooks.now();
  const stepped = new AbortController();
  seedMathRandom(seed);
  const few = firstImages(train, WARM_UP_IMAGES);
  // If there are enough images, every class occurs at least once: a model might refuse the sample otherwise.
  const labels = few.labels.map((_, i) => (i < classNames.length ? i : Math.floor(Math.random() * classNames.length)));
  let classifier: Classifier | undefined;
  try {
    classifier = adapter.create({
      params,
      seed,
      device,
      threads,
      classNames,
      shape: train.shape,
      ...quietFitEvents,
      signal: AbortSignal.any([hooks.signal, stepped.signal]),
      progress: () => stepped.abort(new Error('warmed up')),
    });
    await classifier.fit(relabelled(few, labels), firstImages(validation, 0));
    await classifier.predict(few);
  } catch {
    // The model stopped after its step, or refused so few images. A real fault shows again in the fit itself.
    hooks.signal.throwIfAborted();
  } finally {
    classifier?.dispose?.();
  }
  return (hooks.now() - start) / 1000;
}
