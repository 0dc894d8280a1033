// The worker thread of the kernel SVM: improves the pairs that svc.ts sends.
import { answerTasks } from '../worker-pool.ts';
import { improvePair } from './smo.ts';

answerTasks(improvePair);
