/** What a calibration says, in numbers and in a sentence; no page in here. */

import type { Calibration } from '../report';

/** One tenth of the confidences. */
export interface Bin {
  from: number;
  to: number;
  confidence: number;
  accuracy: number;
  count: number;
}

/** Errors up to this are good enough. */
const SMALL = 0.03;
/** Temperatures so near to 1 change nothing that could be seen. */
const NEAR = 0.05;

/** Return the bins of a calibration, the empty ones, too. */
export function binsOf({ confidence, accuracy, count }: Calibration): Bin[] {
  const bins = count.data.length;
  return Array.from({ length: bins }, (_, at) => ({
    from: at / bins,
    to: (at + 1) / bins,
    confidence: confidence.data[at],
    accuracy: accuracy.data[at],
    count: count.data[at]
  }));
}

/** Return what a calibration means, and the Python that would mend it; empty where there is nothing to mend. */
export function advice(
  { error, temperature, error_at_temperature: then }: Calibration,
  isScaled: boolean
): { text: string; code: string } {
  const off = `Its probabilities are off by ${points(error)} on average`;
  const better = then < error - 0.005;
  if (isScaled) {
    const done = 'The logits were divided by a temperature already, chosen on these rows';
    return { text: `${off}. ${done}: expect a little more on new ones.`, code: '' };
  }
  if (error <= SMALL || Math.abs(temperature - 1) < NEAR) {
    const rest =
      error <= SMALL ? 'they can be taken at their word' : 'a temperature would not help';
    return { text: `${off}: ${rest}.`, code: '' };
  }
  const how = temperature > 1 ? 'too sure of itself' : 'not sure enough of itself';
  const effect = better
    ? `Dividing the logits by ${temperature.toFixed(2)} makes that ${points(then)}; no answer changes.`
    : `A temperature of ${temperature.toFixed(2)} lowers the log loss, but not this error.`;
  return {
    text: `${off}: the model is ${how}. ${effect}${better ? ' To have it so, fit with:' : ''}`,
    code: better ? 'bert.fit(…, temperature_scaling=True)' : ''
  };
}

function points(share: number): string {
  return `${(share * 100).toFixed(1)} percentage points`;
}
