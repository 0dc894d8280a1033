// The worker thread of the forest: grows one tree a task.
import { answerTasks } from '../worker-pool.ts';
import { growTree } from './tree.ts';

answerTasks(growTree);
