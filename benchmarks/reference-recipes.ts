// Reference implementations: which estimator of which Python library does the work of each of our models.
import type { ReferenceLibrary, ReferenceRecipe } from '../src/base/reference-recipe.ts';

const scikitLearn: ReferenceLibrary = {
  id: 'scikit-learn',
  package: 'scikit-learn',
  requirements: 'requirements.txt',
  source: 'Pedregosa et al. (2011), Scikit-learn: Machine Learning in Python, JMLR 12',
};

const lightgbm: ReferenceLibrary = {
  id: 'lightgbm',
  package: 'lightgbm',
  requirements: 'requirements-lightgbm.txt',
  source: 'Ke et al. (2017), LightGBM: A Highly Efficient Gradient Boosting Decision Tree, NeurIPS 30',
};

const xgboost: ReferenceLibrary = {
  id: 'xgboost',
  package: 'xgboost-cpu',
  requirements: 'requirements-xgboost.txt',
  source: 'Chen and Guestrin (2016), XGBoost: A Scalable Tree Boosting System, KDD',
};

const keras: ReferenceLibrary = {
  id: 'keras',
  package: 'keras',
  requirements: 'requirements-keras.txt',
  programs: ['keras_models.py'],
  source: 'Chollet et al. (2015), Keras, on TensorFlow: Abadi et al. (2016), TensorFlow, OSDI',
};

const pytorch: ReferenceLibrary = {
  id: 'pytorch',
  package: 'torch',
  requirements: 'requirements-torch.txt',
  programs: ['torch_models.py'],
  source: 'Paszke et al. (2019), PyTorch: An Imperative Style, High-Performance Deep Learning Library, NeurIPS 32',
};

/** PyTorch with `torch.compile`. */
const pytorchCompiled: ReferenceLibrary = { ...pytorch, id: 'pytorch-compiled', isOnRequest: true };

/** What all networks share: their parameters, and the arguments for threads and seed. */
const network = {
  shared: { epochs: 'epochs', batch_size: 'batchSize', learning_rate: 'learningRate' },
  fixed: {},
  threads: 'threads',
  seed: 'seed',
  notes: {},
} as const;

const kerasNetwork = { ...network, library: keras } as const;
const torchNetwork = { ...network, library: pytorch, fixed: { compiled: false } } as const;
const compiledNetwork = { ...network, library: pytorchCompiled, fixed: { compiled: true } } as const;
const withTestFlips = { shared: { ...network.shared, test_flips: 'testFlips' } } as const;

/** Every reference implementation; a model may have several. The models that `npm run references` measures by default come first. */
export const referenceRecipes: readonly ReferenceRecipe[] = [
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
    // Neither of the two limits the depth.
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
    // The metric "l2" gives the same distances on a slower path.
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
    // The solvers differ, so an iteration of one is not an iteration of the other: each keeps its own limit.
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
      // Its second derivatives are 10/9 of ours with ten classes (Friedman's K / (K - 1)), so the limit is slightly looser.
      min_child_weight: 'minLeafWeight',
      reg_lambda: 'l2',
      colsample_bytree: 'featureShare',
      max_bin: 'bins',
    },
    // Gradient-based one-side sampling (Ke et al. 2017, section 3): the two rates add up to our share of images. Like ours,
    // it has no minimum number of images in a leaf.
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
      // Its second derivatives are twice ours: the limit is looser, and a step is shorter.
      min_child_weight: 'minLeafWeight',
      reg_lambda: 'l2',
      colsample_bytree: 'featureShare',
      // Uniform sampling: on the CPU it has no gradient-based sampling.
      subsample: 'rowShare',
      max_bin: 'bins',
    },
    // Trees grow leaf by leaf without a limit of depth, as ours and LightGBM's do.
    fixed: { tree_method: 'hist', device: 'cpu', grow_policy: 'lossguide', max_depth: 0 },
    threads: 'n_jobs',
    seed: 'random_state',
    notes: {},
  },
  { ...kerasNetwork, modelId: 'mlp', estimator: 'keras_models.Mlp' },
  { ...kerasNetwork, modelId: 'cnn-lenet', estimator: 'keras_models.CnnLenet' },
  { ...kerasNetwork, modelId: 'cnn-batchnorm', estimator: 'keras_models.CnnBatchnorm' },
  { ...kerasNetwork, modelId: 'resnet', estimator: 'keras_models.Resnet' },
  { ...torchNetwork, modelId: 'mlp', estimator: 'torch_models.Mlp' },
  { ...torchNetwork, modelId: 'cnn-lenet', estimator: 'torch_models.CnnLenet' },
  { ...torchNetwork, modelId: 'cnn', estimator: 'torch_models.Cnn' },
  { ...torchNetwork, modelId: 'cnn-dropout', estimator: 'torch_models.CnnDropout' },
  { ...torchNetwork, modelId: 'cnn-batchnorm', estimator: 'torch_models.CnnBatchnorm' },
  { ...torchNetwork, modelId: 'cnn-strong', estimator: 'torch_models.CnnStrong' },
  { ...torchNetwork, modelId: 'resnet', estimator: 'torch_models.Resnet' },
  { ...torchNetwork, ...withTestFlips, modelId: 'resnet-fast', estimator: 'torch_models.ResnetFast' },
  { ...compiledNetwork, modelId: 'mlp', estimator: 'torch_models.Mlp' },
  { ...compiledNetwork, modelId: 'cnn-lenet', estimator: 'torch_models.CnnLenet' },
  { ...compiledNetwork, modelId: 'cnn', estimator: 'torch_models.Cnn' },
  { ...compiledNetwork, modelId: 'cnn-dropout', estimator: 'torch_models.CnnDropout' },
  { ...compiledNetwork, modelId: 'cnn-batchnorm', estimator: 'torch_models.CnnBatchnorm' },
  { ...compiledNetwork, modelId: 'cnn-strong', estimator: 'torch_models.CnnStrong' },
  { ...compiledNetwork, modelId: 'resnet', estimator: 'torch_models.Resnet' },
  { ...compiledNetwork, ...withTestFlips, modelId: 'resnet-fast', estimator: 'torch_models.ResnetFast' },
];
