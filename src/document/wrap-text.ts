// Line breaking for terminals.

/**
 * Breaks a text at spaces, and within a word that is longer than a line.
 *
 * @param text one line
 * @param width of a line in characters
 * @param indent put before every line but the first
 */
export function wrapText(text: string, width: number, indent = ''): string {
  const room = Math.max(1, width - indent.length);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => one.match(new RegExp(`.{1,${room}}`, 'gu')) ?? [])) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one, i) => (i === 0 ? one : `${indent}${one}`)).join('\n');
}
