// Who is compared with whom: each of our models and the estimators of other projects that do the same, as data.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { UserError, unknownName } from '../../src/base/errors.ts';
import type { Params, ParamValue } from '../../src/types.ts';
import { installedVersions } from './python-environment.ts';

/** A Python library that serves as a reference. A further one joins with its own requirements file and its recipes. */
export interface ReferenceLibrary {
  /** Its name; ends the ids of its references (`svm-scikit-learn`). */
  readonly id: string;
  /** Its package, whose version is the engine's. */
  readonly package: string;
  /** Absolute path of its pinned requirements. */
  readonly requirements: string;
  /** Absolute paths of modules of ours that its estimators are in; none when they are its own. */
  readonly programs?: readonly string[];
  /** Where the estimators are documented. */
  readonly source: string;
  /** Measured only when it is named. */
  readonly isOnRequest?: boolean;
}

/** How a reference does what one of our models does. */
export interface ReferenceRecipe {
  /** Our model. */
  readonly modelId: string;
  readonly library: ReferenceLibrary;
  /** Module and class, with `fit` and `predict` as scikit-learn has them. */
  readonly estimator: string;
  /** The reference's argument by the parameter of ours whose value it takes. */
  readonly shared: Readonly<Record<string, string>>;
  /** Arguments of its own. */
  readonly fixed: Readonly<Record<string, ParamValue>>;
  /** The argument that takes the number of threads, where there is one. */
  readonly threads?: string;
  /** The argument that takes the seed, where there is one. */
  readonly seed?: string;
  /** Notes of the record, each the sum over an attribute of the fitted estimator. */
  readonly notes: Readonly<Record<string, string>>;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const scikitLearn: ReferenceLibrary = {
  id: 'scikit-learn',
  package: 'scikit-learn',
  requirements: here('./requirements.txt'),
  source: 'Pedregosa et al. (2011), Scikit-learn: Machine Learning in Python, JMLR 12',
};

const lightgbm: ReferenceLibrary = {
  id: 'lightgbm',
  package: 'lightgbm',
  requirements: here('./requirements-lightgbm.txt'),
  source: 'Ke et al. (2017), LightGBM: A Highly Efficient Gradient Boosting Decision Tree, NeurIPS 30',
};

const xgboost: ReferenceLibrary = {
  id: 'xgboost',
  package: 'xgboost-cpu',
  requirements: here('./requirements-xgboost.txt'),
  source: 'Chen and Guestrin (2016), XGBoost: A Scalable Tree Boosting System, KDD',
};

const keras: ReferenceLibrary = {
  id: 'keras',
  package: 'keras',
  requirements: here('./requirements-keras.txt'),
  programs: [here('./keras_models.py')],
  source: 'Chollet et al. (2015), Keras, on TensorFlow: Abadi et al. (2016), TensorFlow, OSDI',
};

const pytorch: ReferenceLibrary = {
  id: 'pytorch',
  package: 'torch',
  requirements: here('./requirements-torch.txt'),
  programs: [here('./torch_models.py')],
  source: 'Paszke et al. (2019), PyTorch: An Imperative Style, High-Performance Deep Learning Library, NeurIPS 32',
};

const pytorchCompiled: ReferenceLibrary = { ...pytorch, id: 'pytorch-compiled', isOnRequest: true };

/** A network of keras_models.py, which has the layers of ours. */
function kerasNetwork(modelId: string, network: string): ReferenceRecipe {
  return {
    modelId,
    library: keras,
    estimator: `keras_models.${network}`,
    shared: { epochs: 'epochs', batch_size: 'batchSize', learning_rate: 'learningRate' },
    fixed: {},
    threads: 'threads',
    seed: 'seed',
    notes: {},
  };
}

/** A network of torch_models.py, operation by operation and by torch.compile. */
function torchNetworks(
  modelId: string,
  network: string,
  more: Readonly<Record<string, string>> = {},
): ReferenceRecipe[] {
  return [pytorch, pytorchCompiled].map((library) => ({
    modelId,
    library,
    estimator: `torch_models.${network}`,
    shared: { epochs: 'epochs', batch_size: 'batchSize', learning_rate: 'learningRate', ...more },
    fixed: { compiled: library === pytorchCompiled },
    threads: 'threads',
    seed: 'seed',
    notes: {},
  }));
}

/** Every reference; a model may have several. The defaults of `npm run references` come first. */
export const recipes: readonly ReferenceRecipe[] = [
  {
    modelId: 'svm',
    library: scikitLearn,
    estimator: 'sklearn.svm.SVC',
    shared: { C: 'C', kernel: 'kernel', gamma: 'gamma', degree: 'degree', coef0: 'coef0', tol: 'tolerance' },
    fixed: {},
    notes: { supportVectors: 'n_support_' },
  },
  {
    modelId: 'random-forest',
    library: scikitLearn,
    estimator: 'sklearn.ensemble.RandomForestClassifier',
    // The depth is left alone on both sides: no limit.
    shared: {
      n_estimators: 'trees',
      criterion: 'criterion',
      max_features: 'maxFeatures',
      min_samples_leaf: 'minSamplesLeaf',
      bootstrap: 'bootstrap',
    },
    fixed: {},
    threads: 'n_jobs',
    seed: 'random_state',
    notes: {},
  },
  {
    modelId: 'knn',
    library: scikitLearn,
    estimator: 'sklearn.neighbors.KNeighborsClassifier',
    shared: { n_neighbors: 'k', weights: 'weights' },
    // "l2" would be the same metric on a slower path.
    fixed: { algorithm: 'brute', metric: 'euclidean' },
    threads: 'n_jobs',
    notes: {},
  },
  {
    modelId: 'logistic-regression',
    library: scikitLearn,
    estimator: 'sklearn.linear_model.LogisticRegression',
    shared: { C: 'C', max_iter: 'maxIterations', tol: 'tolerance' },
    fixed: { solver: 'lbfgs' },
    notes: { iterations: 'n_iter_' },
  },
  {
    modelId: 'linear-svm',
    library: scikitLearn,
    estimator: 'sklearn.svm.LinearSVC',
    // Iterations of two different solvers are not the same thing: each has its own limit.
    shared: { C: 'C', tol: 'tolerance' },
    fixed: { dual: false },
    notes: { iterations: 'n_iter_' },
  },
  {
    modelId: 'naive-bayes',
    library: scikitLearn,
    estimator: 'sklearn.naive_bayes.GaussianNB',
    shared: { var_smoothing: 'varSmoothing' },
    fixed: {},
    notes: {},
  },
  {
    modelId: 'nearest-centroid',
    library: scikitLearn,
    estimator: 'sklearn.neighbors.NearestCentroid',
    shared: {},
    fixed: {},
    notes: {},
  },
  {
    modelId: 'gradient-boosting',
    library: lightgbm,
    estimator: 'lightgbm.LGBMClassifier',
    shared: {
      n_estimators: 'rounds',
      learning_rate: 'learningRate',
      num_leaves: 'maxLeaves',
      // Its curvatures are 10/9 of ours with ten classes (Friedman's K / (K - 1)): the same limit is a little milder.
      min_child_weight: 'minLeafWeight',
      reg_lambda: 'l2',
      colsample_bytree: 'featureShare',
      max_bin: 'bins',
    },
    // Its own sampling by slope (Ke et al. 2017, section 3): the two rates sum up to our share of images. No least number
    // of images in a leaf, as we have none.
    fixed: { data_sample_strategy: 'goss', top_rate: 0.1, other_rate: 0.1, min_child_samples: 1, verbose: -1 },
    threads: 'n_jobs',
    seed: 'random_state',
    notes: { boostingRounds: 'n_iter_' },
  },
  {
    modelId: 'gradient-boosting',
    library: xgboost,
    estimator: 'xgboost.XGBClassifier',
    shared: {
      n_estimators: 'rounds',
      learning_rate: 'learningRate',
      max_leaves: 'maxLeaves',
      // Its curvatures are twice ours: the same limit is milder, and so is a step.
      min_child_weight: 'minLeafWeight',
      reg_lambda: 'l2',
      colsample_bytree: 'featureShare',
      // Drawn uniformly: on the CPU it has no sampling by slope.
      subsample: 'rowShare',
      max_bin: 'bins',
    },
    // Leaf by leaf without a limit of depth, as ours and LightGBM's.
    fixed: { tree_method: 'hist', device: 'cpu', grow_policy: 'lossguide', max_depth: 0 },
    threads: 'n_jobs',
    seed: 'random_state',
    notes: {},
  },
  kerasNetwork('mlp', 'Mlp'),
  kerasNetwork('cnn-lenet', 'CnnLenet'),
  kerasNetwork('cnn-batchnorm', 'CnnBatchnorm'),
  kerasNetwork('resnet', 'Resnet'),
  ...torchNetworks('mlp', 'Mlp'),
  ...torchNetworks('cnn-lenet', 'CnnLenet'),
  ...torchNetworks('cnn', 'Cnn'),
  ...torchNetworks('cnn-dropout', 'CnnDropout'),
  ...torchNetworks('cnn-batchnorm', 'CnnBatchnorm'),
  ...torchNetworks('cnn-strong', 'CnnStrong'),
  ...torchNetworks('resnet', 'Resnet'),
  ...torchNetworks('resnet-fast', 'ResnetFast', { test_flips: 'testFlips' }),
];

/** Our models that have a reference, each once, in the order of the recipes. */
export const referencedModels: readonly string[] = [...new Set(recipes.map(({ modelId }) => modelId))];

/** Every library that serves as a reference, each once, in the order of the recipes. */
export const referenceLibraries: readonly string[] = [...new Set(recipes.map(({ library }) => library.id))];

/**
 * Lists the references of one of our models.
 *
 * @param libraries only those of these; by default of all that need not be named
 * @returns at least one
 * @throws UserError when it has none, or a library is unknown
 */
export function referencesOf(modelId: string, libraries?: readonly string[]): ReferenceRecipe[] {
  const unknown = libraries?.find((id) => !referenceLibraries.includes(id));
  if (unknown !== undefined) throw unknownName('library in --libraries', unknown, referenceLibraries);
  const all = recipes.filter((recipe) => recipe.modelId === modelId);
  if (all.length === 0)
    throw unknownName('model with a reference', modelId, referencedModels, 'npm run references -- --help');
  const found = all.filter(({ library }) => (libraries ? libraries.includes(library.id) : !library.isOnRequest));
  if (found.length === 0) {
    const known = all.map(({ library }) => library.id).join(', ');
    throw new UserError(`${modelId} has no reference of --libraries ${libraries?.join(',')}; it has: ${known}`);
  }
  return found;
}

/**
 * Gives a reference's arguments: those that follow our model's parameters, its own, and threads and seed where it takes them.
 *
 * @param params of our model
 * @throws Error when our model has no such parameter any more
 */
export function argumentsOf(
  { modelId, shared, fixed, threads, seed }: ReferenceRecipe,
  params: Params,
  run: { threads: number; seed: number },
): Record<string, ParamValue> {
  const given: Record<string, ParamValue> = { ...fixed };
  for (const [argument, param] of Object.entries(shared)) {
    const value = params[param];
    if (value === undefined) throw new Error(`recipe of ${modelId}: it has no parameter "${param}"`);
    given[argument] = value;
  }
  if (threads) given[threads] = run.threads;
  if (seed) given[seed] = run.seed;
  return given;
}

/**
 * Names a reference as records do, safe as a file's name: `svm-scikit-learn`.
 */
export function referenceId({ modelId, library }: ReferenceRecipe): string {
  return `${modelId}-${library.id}`;
}

/**
 * Tells which of the packages that a library's requirements pin a Python of the user's own has, and in which version.
 *
 * @param python a program
 * @throws UserError when it does not run, or lacks the library itself
 */
export async function versionsOf(library: ReferenceLibrary, python: string): Promise<Record<string, string>> {
  const found = await installedVersions(python, Object.keys(await pinnedVersions(library)));
  if (!found[library.package]) {
    throw new UserError(`${python} has no ${library.package}; install it there, or leave --python out`);
  }
  return found;
}

/**
 * Reads the versions that a library's requirements pin.
 *
 * @returns version by package name, the file's order
 * @throws Error when a line is not `name==version`
 */
export async function pinnedVersions({ requirements }: ReferenceLibrary): Promise<Record<string, string>> {
  const lines = (await readFile(requirements, 'utf8')).split('\n').map((line) => line.replace(/#.*/, '').trim());
  return Object.fromEntries(
    lines.filter(Boolean).map((line) => {
      const [, name, version] = /^([\w.-]+)==([\w.]+)$/.exec(line) ?? [];
      if (!name || !version) throw new Error(`${requirements}: "${line}" pins no version; expected name==version`);
      return [name, version];
    }),
  );
}
