/** The fine-tune panel: data and settings, a training that is watched, and what came of it. */

import { Frame, make } from '../frame';
import { type Panel, showOnPage } from '../page';
import { ABOUT } from './about';
import type { Setup } from './controls';
import { DataView } from './data';
import { JobView } from './job';
import { answerOnPage } from './onpage';
import style from './style.css';
import { tabsCss } from './tabs';

const panel: Panel = {
  render({ model, el }) {
    let setup: Setup | null = null;
    const frame: Frame = new Frame(el, model, {
      title: 'Fine-tune',
      css: tabsCss + style,
      onInput: () => void data.check(),
      onTheme: () => job.redraw(),
      about: () => ABOUT,
      subject: () => job.subject,
      pictures: () => job.pictures,
      numbers: () => job.numbers
    });
    const data = new DataView(frame, model);
    const job = new JobView(frame, model, {
      rates: () => setup?.rates ?? {},
      counts: () => Array.from(data.checked?.check.label_counts.data ?? []),
      hasData: Boolean(model.get('has_data'))
    });
    frame.picture.append(make('div', { className: 'albert-fit' }, [data.element, job.element]));

    /** Begin with what the model says: the data, or a job. */
    async function begin(): Promise<void> {
      await frame.run(async () => {
        setup = await frame.requests.ask<Setup>('setup', {});
        return setup.rows === null ? 'a job' : `${setup.rows.toLocaleString('en')} rows`;
      });
      turn();
    }

    /** Show the data, or the job that the model has now. */
    function turn(): void {
      if (setup) {
        const isJob = Boolean(model.get('job_id'));
        data.show(setup, !isJob);
        job.show(isJob);
      }
    }

    let width = 0;
    const observer = new ResizeObserver(() => {
      if (frame.picture.clientWidth !== width) {
        width = frame.picture.clientWidth;
        job.redraw();
      }
    });
    observer.observe(frame.picture);
    const refresh = () => data.refresh();
    const recheck = () => void data.check();
    model.on('change:job_id', turn);
    model.on('change:settings', refresh);
    model.on('change:drop_incomplete', recheck);
    void begin();
    return () => {
      observer.disconnect();
      model.off('change:job_id', turn);
      model.off('change:settings', refresh);
      model.off('change:drop_incomplete', recheck);
      job.dispose();
      frame.dispose();
    };
  }
};

showOnPage(panel, answerOnPage);

export default panel;
