import { describe, expect, test } from 'vitest';

import { escaped, fontOf, SvgContext } from './svg';

/** Colours are named by their bytes here: "1 2 3 0.5". */
const context = () =>
  new SvgContext(
    colour => (colour === '#000' ? [0, 0, 0, 1] : (colour.split(' ').map(Number) as never)),
    (_font, text) => text.length * 10
  );

describe('SvgContext', () => {
  test('writes colours as every reader of SVG knows them', () => {
    const drawn = context();
    drawn.fillStyle = '255 16 0 0.5';
    drawn.globalAlpha = 0.5;
    drawn.fillRect(1, 2, 3.456, 4);
    expect(drawn.toString()).toBe(
      '<rect x="1" y="2" width="3.46" height="4" fill="#ff1000" fill-opacity="0.25"/>'
    );
  });

  test('what was saved comes back with restore: place, clip and style', () => {
    const drawn = context();
    drawn.save();
    drawn.translate(10, 20);
    drawn.rotate(Math.PI / 2);
    drawn.beginPath();
    drawn.rect(0, 0, 5, 5);
    drawn.clip();
    drawn.lineWidth = 4;
    drawn.strokeRect(0, 0, 1, 1);
    drawn.restore();
    drawn.strokeRect(0, 0, 1, 1);
    const [clip, inside, outside] = drawn.toString().split(/(?<=<\/clipPath>)|(?<=<\/g><\/g>)/);
    expect(clip).toContain('matrix(0 1 -1 0 10 20)');
    expect(inside).toMatch(
      /clip-path="url\(#albert-clip-\d+\)".*matrix\(0 1 -1 0 10 20\).*stroke-width="4"/
    );
    expect(outside).toBe(
      '<rect x="0" y="0" width="1" height="1" fill="none" stroke="#000000" stroke-width="1"/>'
    );
  });

  test('texts stay texts, squeezed only where there is no room', () => {
    const drawn = context();
    drawn.font = '600 12px "A & B", sans-serif';
    drawn.textAlign = 'right';
    drawn.textBaseline = 'middle';
    drawn.fillText('</text><script>', 100, 50, 60);
    drawn.fillText('cat', 100, 50, 60);
    const [squeezed, free] = drawn.toString().split(/(?<=<\/text>)/);
    expect(squeezed).toContain('textLength="60"');
    expect(squeezed).toContain('>&#60;/text&#62;&#60;script&#62;</text>');
    expect(squeezed).toContain('font-family="&#34;A &#38; B&#34;, sans-serif" font-weight="600"');
    expect(free).not.toContain('textLength');
    expect(free).toContain('text-anchor="end"');
    expect(free).toContain('y="54.2"');
  });

  test('clearing takes away what was drawn before', () => {
    const drawn = context();
    drawn.fillRect(0, 0, 1, 1);
    drawn.clearRect();
    expect(drawn.toString()).toBe('');
  });
});

test('characters that XML cannot hold are shown as replaced', () => {
  expect(escaped('a\u0000\u001b\ud800b\t🙂')).toBe('a\ufffd\ufffd\ufffdb\t🙂');
});

test('a font is read with its line height, or without', () => {
  expect(fontOf('13px/20px system-ui').size).toBe(13);
  expect(fontOf('400 12px serif').attributes).toBe(' font-size="12" font-family="serif"');
});
