// The script of the local server's start page.
import './every-page.ts';
import type { TryData, TryResult } from '../app/try/try-data.ts';
import { dataOf, find } from './dom.ts';
import { tryPanel } from './try-panel.ts';

const place = find<HTMLElement>(document, '.try');

tryPanel(place, dataOf<TryData>(place), async (blob) => {
  const response = await fetch('/api/classify', { method: 'POST', body: blob }).catch((cause: unknown) => {
    throw new Error('the server does not answer; is npm run serve still running?', { cause });
  });
  const answer = (await response.json()) as TryResult | { readonly error: string };
  if ('error' in answer) throw new Error(answer.error);
  return answer;
});
