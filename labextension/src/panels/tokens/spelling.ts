/** How a vocabulary spells what it holds: markers of words, and bytes as letters. */

/** Return the marker and the readable rest of a token; `span` is the piece of text that it covers. */
export function spelling(
  token: string,
  span: string,
  isShared = false
): [marker: string, label: string] {
  const marker = /^(##|▁|Ġ)(?=.)/u.exec(token)?.[0] ?? '';
  if (token === span) {
    return ['', token];
  }
  const rest = token.slice(marker.length);
  // A part of a character has no shape; its bytes can be told apart.
  const bytes = isShared ? spelledBytes(rest) : null;
  if (bytes?.some(byte => byte > 127)) {
    return [marker, readable(bytes)];
  }
  // Byte-level vocabularies spell "你" as "ä½ł"; where the bytes are just the text, the text is shown.
  const text = textOf(rest);
  if (text !== null && text !== rest && (text.trim() === '' || text.trim() === span.trim())) {
    return [marker, text.trim() || text];
  }
  return [marker, rest];
}

/** Return the bytes that a token of a byte-level vocabulary stands for, in hexadecimal; empty for another token. */
export function bytesOf(token: string): string {
  const bytes = spelledBytes(token.replace(/^Ġ(?=.)/, ''));
  return bytes && bytes.some(byte => byte > 127) ? bytes.map(hexadecimal).join(' ') : '';
}

/** Letters as they are, the bytes between them in hexadecimal. */
function readable(bytes: number[]): string {
  return bytes
    .map(byte => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : ` ${hexadecimal(byte)} `))
    .join('')
    .replace(/ +/g, ' ')
    .trim();
}

function hexadecimal(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

/** How byte-level tokenizers spell the 68 bytes that have no printable character: from U+0100 on. */
const UNPRINTABLE = Array.from({ length: 256 }, (_, byte) => byte).filter(
  byte => !(byte >= 33 && byte <= 126) && !(byte >= 161 && byte <= 172) && byte < 174
);

function textOf(spelled: string): string | null {
  const bytes = spelledBytes(spelled);
  return bytes && new TextDecoder().decode(new Uint8Array(bytes));
}

function spelledBytes(spelled: string): number[] | null {
  const bytes: number[] = [];
  for (const character of spelled) {
    const code = character.codePointAt(0)!;
    const byte = code < 256 ? code : UNPRINTABLE[code - 256];
    if (byte === undefined) {
      return null;
    }
    bytes.push(byte);
  }
  return bytes;
}
