// The worker thread of gradient boosting: grows a tree, or converts scores into probabilities.
import { answerTasks } from '../answer-tasks.ts';
import { type SoftmaxTask, softmax } from './softmax.ts';
import { TreeGrower } from './tree-grower.ts';
import type { TreeTask } from './tree-options.ts';

// Reused from task to task: a pool serves one fit, so all its tasks have the same sizes and options.
let grower: TreeGrower | undefined;

answerTasks((task: TreeTask | SoftmaxTask) => {
  if ('end' in task) return softmax(task);
  grower ??= new TreeGrower(task.state);
  return grower.grow(task);
});
