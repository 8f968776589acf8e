/** Files and the clipboard, by the ways that work in JupyterLab, VS Code, Colab and on a page of its own. */

import { focusedBeside, make } from './element';

/** Numbers as a person takes them into a spreadsheet. */
export interface Table {
  columns: string[];
  rows: Iterable<(string | number)[]>;
}

/** How long a file's address holds: some hosts fetch it only after a while. */
const MINUTE = 60_000;

/** Return a name for a file of what a panel shows: its title and the beginning of its text. */
export function fileName(title: string, text: string, ending: string): string {
  const slug = `${title} ${[...text].slice(0, 200).join('')}`
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return `${[...slug].slice(0, 48).join('').replace(/-$/, '')}.${ending}`;
}

/** Return a table as CSV: UTF-8 with the mark by which spreadsheets know it. */
export function csv({ columns, rows }: Table): string {
  const lines = [columns, ...rows].map(row => row.map(field).join(','));
  return `\ufeff${lines.join('\r\n')}\r\n`;
}

/** Give the browser a file to save. */
export function download(beside: HTMLElement, name: string, content: Blob): void {
  const href = URL.createObjectURL(content);
  // It must be on the page: notebooks of VS Code see the click there.
  const link = make('a', { href, download: name, hidden: true });
  beside.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), MINUTE);
}

/** Copy a text; returns whether the browser let us. */
export async function copy(beside: HTMLElement, text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Frames without the permission, and pages without TLS, still know the old way.
    const focused = focusedBeside(beside) as HTMLElement | null;
    const area = make('textarea', { value: text });
    beside.append(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    focused?.focus();
    return isCopied;
  }
}

function field(value: string | number): string {
  if (typeof value === 'number') {
    return String(value);
  }
  // A spreadsheet would compute what begins like a formula.
  const safe = /^[=+\-@\t\r]./su.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
