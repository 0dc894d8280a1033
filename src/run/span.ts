// The clock of the harness: how long the process of a model takes for each request, and how much the processor works for
// it. The model's process is not asked.

/** What one request took. */
export interface Span {
  readonly wallSeconds: number;
  /** Of all threads and descendants of the process; null where the system does not tell. */
  readonly processorSeconds: number | null;
}

/** What a span is measured by. */
export interface SpanSources {
  /** Milliseconds on any clock. */
  now(): number;
  /** Processor time of the process so far; null where the system does not tell. */
  processorSeconds(): number | null;
}

/**
 * Waits for an answer, and measures it.
 *
 * @param work sends the request, and resolves with the answer
 */
export async function measureSpan<T>(
  { now, processorSeconds }: SpanSources,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly span: Span }> {
  const [before, start] = [processorSeconds(), now()];
  const value = await work();
  const [end, after] = [now(), processorSeconds()];
  return { value, span: { wallSeconds: (end - start) / 1000, processorSeconds: difference(after, before) } };
}

/** Adds spans. */
export function addSpans(...spans: readonly Span[]): Span {
  return {
    wallSeconds: spans.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0),
    processorSeconds: spans.reduce<number | null>(
      (sum, { processorSeconds }) => (sum === null || processorSeconds === null ? null : sum + processorSeconds),
      0,
    ),
  };
}

/** What the processor did for a span; its duration where that is unknown. */
export function workSeconds({ wallSeconds, processorSeconds }: Span): number {
  return processorSeconds ?? wallSeconds;
}

function difference(after: number | null, before: number | null): number | null {
  // A descendant that was not waited for takes its time along when it ends.
  return after === null || before === null ? null : Math.max(0, after - before);
}

/** Milliseconds between two samples, and the fewest samples that tell something. */
const SAMPLE_MILLISECONDS = 250;
const MIN_SAMPLES = 5;

/**
 * Reads a number again and again while something runs.
 *
 * @param read the number; null where it is unknown
 * @returns the lower median of the numbers; null if there were fewer than five
 */
export async function sampleWhile<T>(
  read: () => number | null,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly median: number | null }> {
  const samples: number[] = [];
  const timer = setInterval(() => {
    const sample = read();
    if (sample !== null) samples.push(sample);
  }, SAMPLE_MILLISECONDS);
  try {
    const value = await work();
    const median = samples.sort((a, b) => a - b)[(samples.length - 1) >> 1] ?? null;
    return { value, median: samples.length < MIN_SAMPLES ? null : median };
  } finally {
    clearInterval(timer);
  }
}
