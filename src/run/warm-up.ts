// The first step of a network, taken by a throw-away model so that compiling and loading kernels is not timed as training.
import { quietFitEvents } from '../base/quiet-fit-events.ts';
import { createRandom, seedMathRandom } from '../base/random.ts';
import { takeImages } from '../data/images.ts';
import { firstImages } from '../data/views.ts';
import type { Classifier, LabelledImages } from '../types.ts';
import type { ModelSetup } from './model-setup.ts';

/** Images that the throw-away model is fitted on. */
const WARM_UP_IMAGES = 64;

/**
 * Copies a few images and gives them random labels: nothing can be learned from them.
 *
 * @param train images with labels
 * @param classCount number of classes; each occurs at least once if there are enough images, because a model might refuse
 *   the sample otherwise
 * @param seed of the labels
 */
export function warmUpImages(train: LabelledImages, classCount: number, seed: number): LabelledImages {
  const few = takeImages(train, [...firstImages(train, WARM_UP_IMAGES).labels.keys()]);
  const random = createRandom(seed);
  for (const i of few.labels.keys()) few.labels[i] = i < classCount ? i : Math.floor(random() * classCount);
  return few;
}

/**
 * Lets a throw-away model take its first step and predict. Graphs are then compiled and kernels loaded before the clock
 * starts, and no trained state gets into the fit.
 *
 * @param few result of `warmUpImages`
 * @param signal stops the warm-up
 * @throws `signal.reason` when aborted
 */
export async function warmUp(
  { adapter, ...context }: ModelSetup,
  few: LabelledImages,
  signal: AbortSignal,
): Promise<void> {
  const stepped = new AbortController();
  seedMathRandom(context.seed);
  let classifier: Classifier | undefined;
  try {
    classifier = adapter.create({
      ...context,
      ...quietFitEvents,
      signal: AbortSignal.any([signal, stepped.signal]),
      progress: () => stepped.abort(new Error('warmed up')),
    });
    await classifier.fit(few, firstImages(few, 0));
    await classifier.predict(few);
  } catch {
    // The model stopped after its step, or refused so few images. A real fault shows again in the fit itself.
    signal.throwIfAborted();
  } finally {
    classifier?.dispose?.();
  }
}
