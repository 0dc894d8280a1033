// Asks about a picture that keeps changing: never two questions at once, and of several in the meantime only the last.

/** Milliseconds that a picture has to change further before it is asked about. */
const DELAY = 120;

/** What asks. */
export interface Asker {
  /**
   * Asks once the question before is answered; replaces one that still waits.
   *
   * @param subject what it is about: what is said of another subject is dropped once this is asked
   * @param picture taken when the question is put
   */
  ask(subject: object, picture: () => Promise<Blob>): void;
  /** Drops what waits and what is on its way. */
  forget(): void;
}

/**
 * Makes an asker.
 *
 * @param ask puts the question
 * @param answered told the answer, or what was thrown
 * @param delay milliseconds before a question is put
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
      // Forgotten meanwhile.
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
