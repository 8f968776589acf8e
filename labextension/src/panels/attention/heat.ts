/** Maps as pictures: each is coloured once, and drawn as large as it is needed. */

import type { Source } from './tiles';
import { pooled } from './pooling';
import { type Grid, type HeadMap, partOf } from './state';

interface Picture {
  key: string;
  ramp: Uint8ClampedArray;
  canvas: HTMLCanvasElement;
}

const pictures = new WeakMap<HeadMap, Picture>();

/**
 * Draw what is seen of some maps, one over the other.
 *
 * @param top The weight that the colours end at.
 */
export function drawHeat(
  context: CanvasRenderingContext2D,
  grid: Grid,
  sources: Source[],
  top: number,
  ramp: Uint8ClampedArray
): void {
  const { left, top: above, step } = grid;
  const down = grid.step_down ?? step;
  const part = partOf(grid);
  context.save();
  context.beginPath();
  context.rect(left, above, part.across, part.down);
  context.clip();
  context.imageSmoothingEnabled = false;
  for (const { map, first } of sources) {
    const [width, height] = [map.block * step, (map.block_down ?? map.block) * down];
    // Cells smaller than a pixel would be left out by chance: of those under a pixel the largest is shown.
    const across = Math.max(1, Math.ceil(1 / (width * devicePixelRatio) - 1e-6));
    const deep = Math.max(1, Math.ceil(1 / (height * devicePixelRatio) - 1e-6));
    const canvas = picture(map, deep, across, top, ramp);
    context.drawImage(
      canvas,
      left + (first.column - part.column) * step,
      above + (first.row - part.row) * down,
      canvas.width * across * width,
      canvas.height * deep * height
    );
  }
  context.restore();
}

/** Return a map as a picture, one pixel for `down × across` cells. */
function picture(
  map: HeadMap,
  down: number,
  across: number,
  top: number,
  ramp: Uint8ClampedArray
): HTMLCanvasElement {
  const key = `${down}/${across}/${top}`;
  const known = pictures.get(map);
  if (known?.key === key && known.ramp === ramp) {
    return known.canvas;
  }
  const canvas = bitmap(pooled(map, down, across), top, ramp, known?.canvas);
  pictures.set(map, { key, ramp, canvas });
  return canvas;
}

/** Return a map as a picture, one pixel a cell; `top` is the weight of the last colour. */
export function bitmap(
  { weights, rows, columns, scale }: HeadMap,
  top: number,
  ramp: Uint8ClampedArray,
  canvas: HTMLCanvasElement = document.createElement('canvas')
): HTMLCanvasElement {
  canvas.width = columns;
  canvas.height = rows;
  const image = new ImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  const every = new Uint32Array(ramp.buffer);
  const share = top > 0 ? (scale * 255) / top : 1;
  const colours = Uint32Array.from(
    { length: 256 },
    (_, byte) => every[Math.min(255, Math.round(byte * share))]
  );
  for (let index = 0; index < pixels.length; index++) {
    pixels[index] = colours[weights[index]];
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
