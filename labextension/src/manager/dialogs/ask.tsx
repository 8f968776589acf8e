/** A dialog whose answer is made while it is open, and that can only be accepted when there is one. */

import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { type ReactNode, useEffect, useRef } from 'react';

/** Hands the answer over; null is "not yet", and the button to accept is off. */
export type Answer<T> = (value: T | null) => void;

/** What is asked. */
export interface Question<T> {
  title: string;
  accept: string;
  isDangerous?: boolean;
  /** The answer before anything is changed. */
  first: T | null;
  /** What has the focus first, as a selector inside of the body; the button to accept when it is missing. */
  focus?: string;
  body: (answer: Answer<T>) => ReactNode;
}

/** Ask, and return the answer; null when the user does not want to. */
export async function ask<T>(trans: TranslationBundle, question: Question<T>): Promise<T | null> {
  const { title, accept, isDangerous = false, first, focus, body } = question;
  const form = new Form<T>(first, body, focus, () => dialog.follow());
  const make = isDangerous ? Dialog.warnButton : Dialog.okButton;
  const dialog: AskDialog<T> = new AskDialog<T>(form, {
    title,
    body: form,
    buttons: [Dialog.cancelButton({ label: trans.__('Cancel') }), make({ label: accept })],
    focusNodeSelector: focus ?? ''
  });
  dialog.addClass('jp-AlbertManager-dialog');
  const { button, value } = await dialog.launch();
  return button.accept ? value : null;
}

class AskDialog<T> extends Dialog<T | null> {
  constructor(
    private readonly form: Form<T>,
    options: Partial<Dialog.IOptions<T | null>>
  ) {
    super(options);
    this.follow();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    // A button that is off cannot have the focus, and without it Escape would not be heard.
    if (this.form.getValue() === null) {
      this.node.querySelector<HTMLElement>('.jp-Dialog-footer .jp-mod-reject')?.focus();
    }
  }

  /** The button to accept is on while there is an answer. */
  follow(): void {
    const button = this.node.querySelector<HTMLButtonElement>('.jp-Dialog-footer .jp-mod-accept');
    if (button) {
      button.disabled = this.form.getValue() === null;
    }
  }

  /** Enter in a field accepts, too. */
  override resolve(index?: number): void {
    const isAccepting = index === undefined || index > 0;
    if (!isAccepting || this.form.getValue() !== null) {
      super.resolve(index);
    }
  }
}

class Form<T> extends ReactWidget implements Dialog.IBodyWidget<T | null> {
  constructor(
    private value: T | null,
    private readonly body: (answer: Answer<T>) => ReactNode,
    private readonly focus: string | undefined,
    private readonly onChange: () => void
  ) {
    super();
    this.addClass('jp-AlbertManager-form');
  }

  getValue(): T | null {
    return this.value;
  }

  protected override render(): JSX.Element {
    return <Focused selector={this.focus}>{this.body(this.answer)}</Focused>;
  }

  private readonly answer: Answer<T> = value => {
    this.value = value;
    this.onChange();
  };
}

/** The dialog looks for what has the focus first when it opens; React may have drawn it only after that. */
function Focused({ selector, children }: { selector?: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (selector) {
      box.current?.querySelector<HTMLElement>(selector)?.focus();
    }
  }, [selector]);
  return <div ref={box}>{children}</div>;
}
