// What TensorFlow's log says about a card that it does not use.

/** What makes TensorFlow say why: its log is silent by default, and which library is missing stands among its details. */
export const LOG_ENVIRONMENT: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: '0',
  TF_CPP_VMODULE: 'dso_loader=1,gpu_device=1',
};

/**
 * Finds in a log why no card is used.
 *
 * @param log what TensorFlow wrote with `LOG_ENVIRONMENT`
 * @returns in words; null when the log does not say
 */
export function whyNoGpu(log: string): string | null {
  const missing = [...log.matchAll(/Could not load dynamic library '([^']+)'(?:; dlerror: ([^;\n]*))?/g)]
    // Its inference library, which nobody needs for training.
    .filter(([, name]) => !name!.startsWith('libnvinfer'));
  if (missing.length > 0) {
    const names = [...new Set(missing.map(([, name]) => name))];
    return `${names.join(', ')} ${names.length === 1 ? 'does' : 'do'} not load (${missing[0]![2] || 'no reason given'})`;
  }
  const told =
    /(failed call to cuInit.*)/.exec(log) ??
    /(Ignoring visible gpu device.*)/.exec(log) ??
    // Warnings and errors, without their time and place.
    [...log.matchAll(/^[WEF]\d{4} .*?\] (.*)$/gm)].at(-1);
  return told ? told[1]!.trim() : null;
}
