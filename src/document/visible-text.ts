// Makes invisible characters of foreign text visible. Every output passes its texts through here before it escapes them.

/**
 * Characters that a reader cannot see, or that change how other characters appear: controls, lone surrogates, separators of
 * lines and paragraphs, marks of direction, characters without width, annotations and noncharacters. Tab and line feed
 * stay, and so do the variation selectors of emoji.
 */
const INVISIBLE =
  /(?![\t\n]|\ufe0e|\ufe0f)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/gu;

/**
 * Replaces each invisible character by the escape that JSON and JavaScript use for it: `\u001b`, `\u202e`. JSON text stays
 * JSON text of the same value.
 *
 * @param text anything; line breaks of Windows become line feeds
 */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(INVISIBLE, escapeUnits);
}

/** Writes each UTF-16 unit as an escape: JSON has no other form for characters beyond U+FFFF. */
function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
}
