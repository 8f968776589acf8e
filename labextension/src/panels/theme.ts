/** Colours of the surroundings, in Jupyter, VS Code, Colab, marimo and on a page of our own. */

/** A colour as red, green, blue (0–255) and opacity (0–1). */
export type Colour = [red: number, green: number, blue: number, opacity: number];

/** The colours that pictures are drawn with. */
export interface Colours {
  background: Colour;
  ink: Colour;
  faint: Colour;
  line: Colour;
  accent: Colour;
}

/**
 * Keep `root` in the theme of the page: sets `data-theme` to light or dark, and reports changes, of the size of a
 * pixel, too.
 *
 * @returns A function that stops watching.
 */
export function followTheme(root: HTMLElement, onChange: () => void): () => void {
  const choose = () => {
    root.dataset.theme = isDark(root) ? 'dark' : 'light';
    return JSON.stringify(coloursOf(root));
  };
  let seen = choose();
  const apply = () => {
    const now = choose();
    if (now !== seen) {
      seen = now;
      onChange();
    }
  };
  let watched: MediaQueryList;
  // Another screen, or a zoom of the browser: the colours are the same, but pictures must be drawn as sharp again.
  const sharpen = () => {
    watchPixels();
    onChange();
  };
  const watchPixels = () => {
    watched = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    watched.addEventListener('change', sharpen, { once: true });
  };
  watchPixels();
  const observer = new MutationObserver(apply);
  const attributes = { attributes: true, attributeFilter: ['class', 'style', 'theme'] };
  observer.observe(document.documentElement, attributes);
  observer.observe(document.body, {
    ...attributes,
    attributeFilter: [
      ...attributes.attributeFilter,
      'data-jp-theme-name',
      'data-vscode-theme-kind',
      'data-theme'
    ]
  });
  const media = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map(query =>
    matchMedia(query)
  );
  media.forEach(query => query.addEventListener('change', apply));
  return () => {
    observer.disconnect();
    watched.removeEventListener('change', sharpen);
    media.forEach(query => query.removeEventListener('change', apply));
  };
}

/** Return the present colours of a panel. */
export function coloursOf(root: HTMLElement): Colours {
  const style = getComputedStyle(root);
  const read = (name: string) => parse(style.getPropertyValue(`--albert-${name}`));
  const background = read('background');
  return {
    background: background[3] === 0 ? surface(root) : background,
    ink: read('ink'),
    faint: read('faint'),
    line: read('line'),
    accent: read('accent')
  };
}

/** Return a colour as CSS. */
export function css([red, green, blue]: Colour, opacity = 1): string {
  return `rgb(${red} ${green} ${blue} / ${opacity})`;
}

/**
 * Return 256 colours from the background (0) to the accent (255) as RGBA bytes, even to the eye.
 *
 * Attention is mostly a few large weights among many small ones, so the scale is that of the square root. Mixed in
 * OKLab, so that equal steps look equal. The last quarter goes on past the accent, to the ink: the strongest stand out.
 */
export function ramp({ background, accent, ink }: Colours): Uint8ClampedArray {
  const [from, to] = [oklab(background), oklab(accent)];
  const past = mix(to, oklab(ink), 0.35);
  const bytes = new Uint8ClampedArray(1024);
  for (let value = 0; value < 256; value++) {
    const share = Math.sqrt(value / 255);
    const colour = share < 0.75 ? mix(from, to, share / 0.75) : mix(to, past, (share - 0.75) * 4);
    bytes.set([...srgb(colour), 255], value * 4);
  }
  return bytes;
}

/**
 * Colours that are told apart with any kind of colour vision (Okabe & Ito 2008), and with black left out for dark pages.
 *
 * After them all they begin again: whoever has more to tell apart adds another cue.
 */
const OKABE_ITO: Colour[] = [
  [0, 114, 178, 1],
  [230, 159, 0, 1],
  [0, 158, 115, 1],
  [204, 121, 167, 1],
  [213, 94, 0, 1],
  [86, 180, 233, 1],
  [240, 228, 66, 1]
];

/** Return the colour of category `index`, dark enough (or light enough) for the present background. */
export function category(index: number, { background, ink }: Colours): Colour {
  const colour = OKABE_ITO[index % OKABE_ITO.length];
  const distance = Math.abs(oklab(colour)[0] - oklab(background)[0]);
  return distance > 0.3 ? colour : [...srgb(mix(oklab(colour), oklab(ink), 0.35)), 1];
}

/** Return the colour of a signed share: blue for 1, orange for -1, the background for 0. */
export function signed(share: number, { background }: Colours): Colour {
  const end = OKABE_ITO[share >= 0 ? 0 : 4];
  return [...srgb(mix(oklab(background), oklab(end), Math.sqrt(Math.min(Math.abs(share), 1)))), 1];
}

/** Return 256 colours from less (orange, at 1) over none (the background, at 128) to more (blue, at 255), as RGBA bytes. */
export function diverging(colours: Colours): Uint8ClampedArray {
  const bytes = new Uint8ClampedArray(1024);
  for (let value = 0; value < 256; value++) {
    const [red, green, blue] = signed((value - 128) / 127, colours);
    bytes.set([red, green, blue, 255], value * 4);
  }
  return bytes;
}

function isDark(root: HTMLElement): boolean {
  const [red, green, blue] = surface(root);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

/** Return the first opaque background behind an element; what a frontend calls its theme is not needed then. */
function surface(root: HTMLElement): Colour {
  for (let at = above(root); at; at = above(at)) {
    const colour = parse(getComputedStyle(at).backgroundColor);
    if (colour[3] > 0.5) {
      return colour;
    }
  }
  // The page itself: "Canvas" follows the page's color-scheme.
  return parse('Canvas');
}

/** Return what is around an element; around a shadow root that is its host. */
function above(element: Element): Element | null {
  return element.parentElement ?? (element.getRootNode() as Partial<ShadowRoot>).host ?? null;
}

let pixel: CanvasRenderingContext2D | null = null;

/** Return any CSS colour, in numbers: the browser knows best how to read it. */
export function parse(colour: string): Colour {
  pixel ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!pixel || !colour.trim()) {
    return [0, 0, 0, 0];
  }
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = 'transparent';
  pixel.fillStyle = colour.trim();
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}

type Triple = [number, number, number];

function mix(a: Triple, b: Triple, share: number): Triple {
  return a.map((value, index) => value + (b[index] - value) * share) as Triple;
}

/** sRGB to OKLab (Björn Ottosson, 2020). */
function oklab([red, green, blue]: Colour): Triple {
  const [r, g, b] = [red, green, blue].map(byte => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  ];
}

function srgb([lightness, a, b]: Triple): Triple {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s
  ];
  return linear.map(value => {
    const clipped = Math.min(1, Math.max(0, value));
    const gamma = clipped <= 0.0031308 ? clipped * 12.92 : 1.055 * clipped ** (1 / 2.4) - 0.055;
    return Math.round(gamma * 255);
  }) as Triple;
}
