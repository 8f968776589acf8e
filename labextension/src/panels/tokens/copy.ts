/** A text into the clipboard, also where the page is not trusted with the clipboard's own interface (plain http). */

/** Copy `text`; returns whether it is there. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement as HTMLElement | null;
  const area = Object.assign(document.createElement('textarea'), { value: text });
  area.style.cssText = 'position:fixed;opacity:0';
  document.body.append(area);
  area.select();
  const isThere = document.execCommand('copy');
  area.remove();
  focused?.focus();
  return isThere;
}
