/** The tabs of a finished training; which there are depends on what it learned. */

import uplotCss from 'uplot/dist/uPlot.min.css';

import { scoresCss } from '../../scores';
import type { Tab, TabContext } from '../tab';
import { CalibrationTab } from './calibration';
import { CardTab } from './card';
import { CompareTab } from './compare';
import { ConfusionTab } from './confusion';
import { MistakesTab } from './mistakes';
import { ScatterTab } from './scatter';
import style from './style.css';
import { ThresholdsTab } from './thresholds';

/** The style sheet that all tabs need. */
export const tabsCss = uplotCss + scoresCss + style;

/** Return the tabs of a training, in the order of a person's questions. */
export function tabsOf(context: TabContext): Tab[] {
  const { evaluation } = context.report;
  const tabs: Tab[] = [];
  if (evaluation) {
    const isNumber = evaluation.task === 'regression';
    tabs.push(
      isNumber ? new ScatterTab(context, evaluation) : new ConfusionTab(context, evaluation)
    );
  }
  tabs.push(new MistakesTab(context));
  if (evaluation?.curves.length) {
    tabs.push(new ThresholdsTab(context, evaluation));
  }
  if (evaluation?.calibration) {
    tabs.push(new CalibrationTab(context, evaluation.calibration));
  }
  tabs.push(new CompareTab(context), new CardTab(context));
  return tabs;
}
