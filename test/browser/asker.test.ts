import { expect, it } from 'vitest';
import { asker } from '../../src/browser/asker.ts';

const picture = (text: string) => async () => new Blob([text]);
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

/** An asker whose questions are answered by hand. */
function manual() {
  const asked: string[] = [];
  const said: string[] = [];
  const pending: { resolve(answer: string): void; reject(error: Error): void }[] = [];
  const questions = asker<string>(
    async (blob) => {
      asked.push(await blob.text());
      return new Promise((resolve, reject) => pending.push({ resolve, reject }));
    },
    (outcome) => said.push('answer' in outcome ? outcome.answer : (outcome.error as Error).message),
    1,
  );
  return { asked, said, pending, questions };
}

it('asks one question at a time, and of those that come meanwhile only the last', async () => {
  const { asked, said, pending, questions } = manual();
  const drawing = {};
  questions.ask(drawing, picture('a'));
  await settled();
  for (const text of ['b', 'c', 'd']) questions.ask(drawing, picture(text));
  await settled();
  expect(asked).toEqual(['a']);
  pending[0]!.resolve('A');
  await settled();
  expect(asked).toEqual(['a', 'd']);
  // An answer about the same drawing is of use while the next is under way.
  expect(said).toEqual(['A']);
  pending[1]!.resolve('D');
  await settled();
  expect(said).toEqual(['A', 'D']);
});

it('drops what is said of another subject than the last', async () => {
  const { asked, said, pending, questions } = manual();
  questions.ask({}, picture('file'));
  await settled();
  questions.ask({}, picture('other file'));
  pending[0]!.reject(new Error('no picture'));
  await settled();
  pending[1]!.resolve('other');
  await settled();
  expect(asked).toEqual(['file', 'other file']);
  expect(said).toEqual(['other']);
});

it('forgets what waits and what is on its way, and can be asked again', async () => {
  const { asked, said, pending, questions } = manual();
  questions.ask({}, picture('a'));
  await settled();
  questions.ask({}, picture('b'));
  questions.forget();
  pending[0]!.resolve('A');
  await settled();
  expect([asked, said]).toEqual([['a'], []]);
  questions.ask({}, picture('c'));
  await settled();
  pending[1]!.reject(new Error('no picture'));
  await settled();
  expect([asked, said]).toEqual([['a', 'c'], ['no picture']]);
});
