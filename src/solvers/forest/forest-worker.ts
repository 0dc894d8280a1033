// The worker thread of the random forest: grows one tree per task.
import { answerTasks } from '../answer-tasks.ts';
import { growTree } from './decision-tree.ts';

answerTasks(growTree);
