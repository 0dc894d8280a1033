// Reads TensorFlow's log for the reason why it does not use a card.

/** Variables that make TensorFlow log the reason, including libraries that do not load. By default it logs nothing. */
export const LOG_ENVIRONMENT: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: '0',
  TF_CPP_VMODULE: 'dso_loader=1,gpu_device=1',
};

/**
 * Returns the reason why no card is used.
 *
 * @param log TensorFlow's log with `LOG_ENVIRONMENT`
 * @returns null if the log has no reason
 */
export function whyNoGpu(log: string): string | null {
  const missing = [...log.matchAll(/Could not load dynamic library '([^']+)'(?:; dlerror: ([^;\n]*))?/g)]
    // Its inference library is not needed for training.
    .filter(([, name]) => !name!.startsWith('libnvinfer'));
  if (missing.length > 0) {
    const names = [...new Set(missing.map(([, name]) => name))];
    return `${names.join(', ')} ${names.length === 1 ? 'does' : 'do'} not load (${missing[0]![2] || 'no reason given'})`;
  }
  const told =
    /(failed call to cuInit.*)/.exec(log) ??
    /(Ignoring visible gpu device.*)/.exec(log) ??
    // The last warning or error, without its time and place.
    [...log.matchAll(/^[WEF]\d{4} .*?\] (.*)$/gm)].at(-1);
  return told ? told[1]!.trim() : null;
}
