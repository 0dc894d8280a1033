// Several fitted models that answer together.
import os from 'node:os';
import { useQuietEngine } from '../../engine/runtime/environment.ts';
import { type FittedModel, openFitted } from '../../fitted/open.ts';
import type { Classifier, Images } from '../../types.ts';

/** What one model says of one image. */
export interface Answer {
  readonly model: string;
  /** Class index. */
  readonly label: number;
  /** One a class, sums to 1; null when the model has none. */
  readonly probabilities: readonly number[] | null;
}

/** Models that are ready to answer. */
export interface LoadedModels {
  readonly models: readonly { readonly fitted: FittedModel; readonly classifier: Classifier }[];
  /**
   * Asks every model.
   *
   * @param images of the shape that the models were fitted on
   * @returns for each image the answers of all models, in their order
   */
  ask(images: Images): Promise<Answer[][]>;
  /** Gives memory back. */
  dispose(): void;
}

/**
 * Opens fitted models in this process. Needs TensorFlow where one of them does.
 *
 * @param found of `findFitted`; all of one shape and with the same classes
 * @param signal stops what they do
 * @throws UserError when a file is gone or damaged
 */
export async function openModels(found: readonly FittedModel[], signal: AbortSignal): Promise<LoadedModels> {
  useQuietEngine();
  const models: { fitted: FittedModel; classifier: Classifier }[] = [];
  const dispose = (): void => {
    for (const { classifier } of models.splice(0)) classifier.dispose?.();
  };
  try {
    for (const fitted of found) {
      const classifier = await openFitted(fitted, { threads: os.availableParallelism(), signal });
      models.push({ fitted, classifier });
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    models,
    dispose,
    async ask(images) {
      const answers: Answer[][] = Array.from({ length: images.count }, () => []);
      for (const { fitted, classifier } of models) {
        const { labels, probabilities } = await classifier.predict(images);
        const classCount = fitted.record.dataset.classNames.length;
        for (const [i, label] of labels.entries()) {
          const own = probabilities?.subarray(i * classCount, (i + 1) * classCount);
          answers[i]!.push({ model: fitted.adapter.id, label, probabilities: own ? [...own] : null });
        }
      }
      return answers;
    },
  };
}
