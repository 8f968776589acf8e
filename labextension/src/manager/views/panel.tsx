/** The sidebar: a header, and the sections below it. */

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type LabIcon, SidePanel } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { type AccordionPanel, Panel } from '@lumino/widgets';
import { type FunctionComponent, useLayoutEffect } from 'react';

import { choicesOf } from '../choices';
import { CommandIDs, type IManagerStore } from '../tokens';
import type { SectionName } from '../types';
import { Header } from './header';
import { heights } from './heights';
import { Jobs, useJobs } from './jobs';
import { InMemory, OnThisMachine, useTotals, YourModels } from './models';
import { GetMore } from './more';
import type { Parts } from './parts';
import { View } from './view';

/** What the sidebar is made of. */
export interface PanelOptions {
  store: IManagerStore;
  commands: CommandRegistry;
  trans: TranslationBundle;
  state: IStateDB | null;
  rendermime: IRenderMimeRegistry | null;
}

/** Height of a section that shows nothing but its frame, in pixels. */
const LEAST = 32;

/** The whole sidebar. */
export class ManagerPanel extends SidePanel {
  constructor({ store, commands, trans, state, rendermime }: PanelOptions) {
    const header = new Panel();
    super({ header });
    this.addClass('jp-AlbertManager');
    const choices = choicesOf(store);
    this.parts = { store, choices, commands, trans, rendermime };
    this.content.node.setAttribute('aria-label', trans.__('BERT models'));
    header.addWidget(new View(this.parts, <Header />));
    header.addWidget(new View(this.parts, <Totals tell={totals => this.count(totals)} />));
    this.names = {
      inMemory: trans.__('In memory'),
      jobs: trans.__('Jobs'),
      yourModels: trans.__('Your models'),
      onThisMachine: trans.__('On this machine'),
      getMore: trans.__('Get more')
    };
    this.addSection('inMemory', InMemory);
    this.addSection('jobs', Jobs, CommandIDs.clearJobs);
    this.addSection('yourModels', YourModels, CommandIDs.compare);
    this.addSection('onThisMachine', OnThisMachine, CommandIDs.register);
    this.addSection('getMore', GetMore, CommandIDs.download);
    this.accordion.expansionToggled.connect((_, at) => {
      const { name, isHidden } = this.sections[at];
      choices.set({ open: { ...choices.now.open, [name]: !isHidden } });
    });
    this.accordion.handleMoved.connect(() => {
      this.isSized = true;
    });
    choices.changed.connect(this.follow, this);
    store.changed.connect(this.follow, this);
    void choices.restore(state);
    this.follow();
  }

  override dispose(): void {
    this.observer.disconnect();
    this.parts.choices.changed.disconnect(this.follow, this);
    this.parts.store.changed.disconnect(this.follow, this);
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.observer.observe(this.content.node);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.arrange();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    const focus = '.jp-AlbertManager-filter input';
    this.node.querySelector<HTMLElement>(focus)?.focus();
  }

  private addSection(name: SectionName, Body: FunctionComponent, command?: string): void {
    const section = new Section(name, this.parts, Body, body => this.observer.observe(body));
    section.title.label = this.names[name];
    this.sections.push(section);
    this.addWidget(section);
    const title = this.accordion.titles[this.sections.length - 1];
    title.dataset.section = name;
    const count = document.createElement('span');
    count.className = 'jp-AlbertManager-count';
    title.append(count);
    this.counts[name] = count;
    if (command) {
      title.append(titleButton(this.parts.commands, command));
    }
  }

  /** Sections are opened, closed and hidden as the user wants, or else the settings. */
  private follow(): void {
    const { store, choices } = this.parts;
    const { trouble, models } = store.state;
    const wishes = store.preferences.sections;
    this.content.setHidden(trouble !== null && models === null);
    this.sections.forEach((section, at) => {
      const wish = wishes[section.name];
      const title = this.accordion.titles[at];
      title.hidden = wish === 'hidden';
      const isOpen = wish !== 'hidden' && (choices.now.open[section.name] ?? wish === 'open');
      if (isOpen === section.isHidden) {
        section.setHidden(!isOpen);
        title.classList.toggle('lm-mod-expanded', isOpen);
        title.setAttribute('aria-expanded', String(isOpen));
        this.isSized = false;
        this.arrange();
      }
    });
  }

  private count(totals: Record<SectionName, string>): void {
    for (const section of this.sections) {
      const { name } = section;
      this.counts[name]!.textContent = totals[name];
      const title = this.accordion.titles[this.sections.indexOf(section)];
      title.setAttribute('aria-label', [this.names[name], totals[name]].filter(Boolean).join(', '));
    }
  }

  /** Share the height anew, until the user has moved a handle. */
  private arrange(): void {
    if (this.isSized || !this.content.isVisible) {
      return;
    }
    const { titleSpace } = this.accordion;
    const room = this.content.node.clientHeight - titleSpace * this.sections.length;
    const sizes = heights(
      this.sections.map(({ need }) => need),
      Math.max(room, 0)
    );
    const key = sizes.map(Math.round).join();
    if (key !== this.sizes) {
      this.sizes = key;
      this.accordion.setRelativeSizes(sizes);
    }
  }

  private get accordion(): AccordionPanel {
    return this.content as AccordionPanel;
  }

  private readonly parts: Parts;
  private readonly sections: Section[] = [];
  private readonly names: Record<SectionName, string>;
  private readonly counts: Partial<Record<SectionName, HTMLElement>> = {};
  private readonly observer = new ResizeObserver(() => this.arrange());
  private isSized = false;
  private sizes = '';
}

/** A section; it is not drawn before it is opened. */
class Section extends View {
  constructor(
    readonly name: SectionName,
    parts: Parts,
    Body: FunctionComponent,
    onBody: (body: HTMLElement) => void
  ) {
    const take = (body: HTMLElement | null) => {
      if (body) {
        this.body = body;
        onBody(body);
      }
    };
    super(
      parts,
      <div className="jp-AlbertManager-body" ref={take}>
        <Body />
      </div>
    );
    this.addClass('jp-AlbertManager-section');
  }

  /** What it would like to be high, in pixels. */
  get need(): number {
    return this.isHidden ? 0 : Math.max(this.body?.offsetHeight ?? 0, LEAST);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.update();
  }

  protected override render(): JSX.Element {
    this.isDrawn ||= this.isVisible;
    return this.isDrawn ? super.render() : <></>;
  }

  private body: HTMLElement | null = null;
  private isDrawn = false;
}

function Totals({ tell }: { tell: (totals: Record<SectionName, string>) => void }) {
  const totals = useTotals();
  const jobs = useJobs().length;
  const all = { ...totals, jobs: jobs ? String(jobs) : '', getMore: '' };
  const key = Object.values(all).join('\n');
  useLayoutEffect(() => tell(all), [key]);
  return null;
}

/** A button in a section's title; the title itself opens and closes the section. */
function titleButton(commands: CommandRegistry, command: string): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'jp-AlbertManager-iconButton';
  const follow = () => {
    button.title = commands.caption(command) || commands.label(command);
    button.setAttribute('aria-label', commands.label(command));
    button.disabled = !commands.isEnabled(command);
  };
  (commands.icon(command) as LabIcon | undefined)?.element({ container: button, tag: 'span' });
  follow();
  commands.commandChanged.connect((_, changed) => {
    if (changed.id === command || changed.id === undefined) {
      follow();
    }
  });
  button.addEventListener('click', event => {
    event.stopPropagation();
    void commands.execute(command);
  });
  button.addEventListener('keydown', event => event.stopPropagation());
  return button;
}
