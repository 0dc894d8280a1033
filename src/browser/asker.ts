// Queues questions about a picture that keeps changing: one at a time, and only the latest of those that wait.

/** Milliseconds to wait for further changes before asking. */
const DELAY = 120;

/** The queue of questions. */
export interface Asker {
  /**
   * Asks when the previous question is answered; replaces a question that still waits.
   *
   * @param subject of the question: answers about another subject are dropped from now on
   * @param picture read when the question is asked
   */
  ask(subject: object, picture: () => Promise<Blob>): void;
  /** Drops the waiting question and the answer in flight. */
  forget(): void;
}

/**
 * Creates a queue.
 *
 * @param ask asks the question
 * @param answered called with the answer, or with the error
 * @param delay milliseconds before a question is asked
 */
export function asker<T>(
  ask: (picture: Blob) => Promise<T>,
  answered: (outcome: { readonly answer: T } | { readonly error: unknown }) => void,
  delay = DELAY,
): Asker {
  let subject: object | null = null;
  let waiting: (() => Promise<Blob>) | null = null;
  let isBusy = false;

  const run = async (): Promise<void> => {
    isBusy = true;
    while (waiting) {
      await new Promise((resolve) => setTimeout(resolve, delay));
      // Dropped in the meantime.
      if (!waiting) break;
      const [asked, picture]: [object | null, () => Promise<Blob>] = [subject, waiting];
      waiting = null;
      const outcome = await picture()
        .then(ask)
        .then(
          (answer) => ({ answer }),
          (error: unknown) => ({ error }),
        );
      if (subject === asked) answered(outcome);
    }
    isBusy = false;
  };
  return {
    ask(about, picture) {
      subject = about;
      waiting = picture;
      if (!isBusy) void run();
    },
    forget() {
      subject = null;
      waiting = null;
    },
  };
}
