// The part of a page that takes pictures (dropped, chosen, pasted or drawn) and shows the models' input and answers.
import type { TryData, TryResult } from '../app/try/try-data.ts';
import { answerPart } from './answer-part.ts';
import { asker } from './asker.ts';
import { make } from './dom.ts';
import { drawingSheet } from './drawing.ts';
import { fileChooser } from './file-chooser.ts';

/**
 * Builds the part.
 *
 * @param place an element that holds only the data
 * @param data of the page
 * @param ask classifies a picture; the message of an error is shown
 */
export function tryPanel(place: HTMLElement, data: TryData, ask: (picture: Blob) => Promise<TryResult>): void {
  const answers = answerPart(data);
  // The subject of questions: one drawing until the canvas is cleared.
  let drawn = {};
  const chooser = fileChooser((file) => {
    answers.wait();
    questions.ask(file, () => Promise.resolve(file));
  });
  const questions = asker(ask, (outcome) => {
    if ('error' in outcome) {
      answers.fail(outcome.error instanceof Error ? outcome.error.message : String(outcome.error));
    } else {
      answers.show(outcome.answer);
      chooser.mark(outcome.answer);
    }
  });
  const forget = (): void => {
    drawn = {};
    questions.forget();
    chooser.clear();
    answers.clear();
  };
  const sheet = drawingSheet(() => {
    chooser.retire();
    questions.ask(drawn, () => sheet.picture());
  }, forget);
  place.append(
    make(
      'div',
      { className: 'try-in' },
      make('section', {}, make('h3', {}, 'A file'), chooser.element),
      make('section', {}, make('h3', {}, 'Or a drawing'), sheet.element),
    ),
    answers.element,
  );
}
