// Loads fitted models into this process and asks all of them.
import os from 'node:os';
import { UserError } from '../../base/errors.ts';
import { useQuietEngine } from '../../engine/runtime/environment.ts';
import { type FittedModel, openFitted } from '../../fitted/open.ts';
import { describeError } from '../../run/describe-error.ts';
import { placeOfError, placeText } from '../../run/error-place.ts';
import type { Images, UniformClassifier } from '../../types.ts';

/** The answer of one model for one image. */
export interface Answer {
  readonly model: string;
  /** Class index. */
  readonly label: number;
  /** One probability for each class, sum 1; null if the model has none. */
  readonly probabilities: readonly number[] | null;
}

/** Models that are ready to predict. */
export interface LoadedModels {
  readonly models: readonly { readonly fitted: FittedModel; readonly classifier: UniformClassifier }[];
  /**
   * Predicts with every model.
   *
   * @param images of the shape that the models were fitted on
   * @returns the answers of all models for each image, in the order of the models
   */
  ask(images: Images): Promise<Answer[][]>;
  /** Frees the memory of all models. */
  dispose(): void;
}

/**
 * Loads fitted models into this process. Needs TensorFlow if one of them does. A model that cannot be loaded is left out.
 *
 * @param found by `findFitted`; all with the same image shape and classes
 * @param signal stops the models
 * @param leftOut is told which model is left out and why
 * @throws UserError when no model can be loaded
 */
export async function openModels(
  found: readonly FittedModel[],
  signal: AbortSignal,
  leftOut: (text: string) => void,
): Promise<LoadedModels> {
  useQuietEngine();
  const models: { fitted: FittedModel; classifier: UniformClassifier }[] = [];
  const dispose = (): void => {
    for (const { classifier } of models.splice(0)) classifier.dispose?.();
  };
  const reasons: string[] = [];
  for (const fitted of found) {
    try {
      const classifier = await openFitted(fitted, { threads: os.availableParallelism(), signal });
      models.push({ fitted, classifier });
    } catch (error) {
      reasons.push(await whyNotLoaded(fitted, error));
      if (found.length > 1) leftOut(reasons.at(-1)!);
    }
  }
  if (models.length === 0) throw new UserError(`no fitted model can be loaded: ${reasons.join('; ')}`);
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

async function whyNotLoaded({ adapter }: FittedModel, error: unknown): Promise<string> {
  const { message, stack } = describeError(error);
  const place = stack === null ? null : await placeOfError({ message, stack });
  return `${adapter.id} cannot be loaded: ${message}${place ? ` (${placeText(place)})` : ''}`;
}
