// The worker thread of gradient boosting: grows a tree, or turns scores into probabilities.
import { answerTasks } from '../worker-pool.ts';
import { TreeGrower, type TreeTask } from './grow.ts';
import { type SoftmaxTask, softmax } from './softmax.ts';

// Kept from task to task: a pool serves one fit, so that all its tasks share their sizes and options.
let grower: TreeGrower | undefined;

answerTasks((task: TreeTask | SoftmaxTask) => {
  if ('end' in task) return softmax(task);
  grower ??= new TreeGrower(task.state);
  return grower.grow(task);
});
