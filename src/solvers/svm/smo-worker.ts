// The worker thread of the kernel SVM: optimises the active set of a binary problem.
import { answerTasks } from '../answer-tasks.ts';
import { optimizeActiveSet } from './smo.ts';

answerTasks(optimizeActiveSet);
