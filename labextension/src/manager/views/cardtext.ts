/** What a card's HTML may do on the page: pictures become links, links open elsewhere. */

import type { IRenderMime } from '@jupyterlab/rendermime';

/**
 * A sanitizer that puts a link in the place of each picture: a picture from elsewhere would tell its server who has
 * looked at the card, and without a network there would be none.
 */
export function withoutPictures(
  sanitizer: IRenderMime.ISanitizer,
  word: string
): IRenderMime.ISanitizer {
  return {
    sanitize: (dirty, options) => {
      // A document of its own, in which nothing is loaded.
      const page = new DOMParser().parseFromString(sanitizer.sanitize(dirty, options), 'text/html');
      for (const picture of page.querySelectorAll(
        'img, picture, video, audio, source, svg image'
      )) {
        const address = picture.getAttribute('src') ?? '';
        const name = picture.getAttribute('alt') || address.split('/').at(-1) || word;
        const link = page.createElement(/^https?:/i.test(address) ? 'a' : 'span');
        if (link.tagName === 'A') {
          link.setAttribute('href', address);
        }
        link.textContent = `[${word}: ${name}]`;
        picture.replaceWith(link);
      }
      // Once more, for what was read and written again.
      return sanitizer.sanitize(page.body.innerHTML, options);
    },
    getAutolink: () => sanitizer.getAutolink?.() ?? true,
    allowNamedProperties: false,
    allowCommandLinker: false
  };
}

/** Let links open in a new tab that knows nothing of this one; those that lead nowhere from here lose their address. */
export function safeLinks(node: HTMLElement, page: string): void {
  for (const link of node.querySelectorAll<HTMLAnchorElement>('a[href]')) {
    const address = link.getAttribute('href')!;
    if (address.startsWith('#')) {
      continue;
    }
    const whole = wholeAddress(address, page);
    if (whole) {
      link.href = whole;
      link.target = '_blank';
      link.rel = 'noopener noreferrer';
    } else {
      link.removeAttribute('href');
    }
  }
}

/** The address of a link in a card: those that are relative are to files beside it. */
export function wholeAddress(address: string, page: string): string | null {
  try {
    const whole = page
      ? new URL(address, `${page.replace(/\/$/, '')}/blob/main/`)
      : new URL(address);
    return ['http:', 'https:', 'mailto:'].includes(whole.protocol) ? whole.href : null;
  } catch {
    return null;
  }
}
