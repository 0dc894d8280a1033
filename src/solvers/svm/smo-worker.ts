// The worker thread of the kernel SVM: optimises the active set of a binary problem.
import { answerTasks } from '../worker-pool.ts';
import { optimizeActiveSet } from './smo.ts';

answerTasks(optimizeActiveSet);
