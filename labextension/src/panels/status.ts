/** The status line: state, counts and time, or an error with its hint. */

import { make } from './element';
import { RequestFailed } from './messages';

/** How a panel is. */
export type State = 'ready' | 'busy' | 'error' | 'idle' | 'silent';

/** One line that is read out when it changes. */
export class StatusLine {
  readonly element: HTMLElement;
  /** Whether there is something that can be given up. */
  readonly cancel = make('button', { textContent: 'Cancel', type: 'button', hidden: true });

  /**
   * @param root Carries the state, for the style sheet and for whoever looks on.
   * @param onCopy Copies a text for the person.
   */
  constructor(
    private readonly root: HTMLElement,
    onCopy: (text: string) => void
  ) {
    // Only what changes is read out, and only when the person pauses.
    this.text.setAttribute('role', 'status');
    this.text.setAttribute('aria-live', 'polite');
    this.copy.addEventListener('click', () => onCopy(this.text.innerText));
    this.element = make('footer', {}, [
      make('span', { className: 'albert-dot' }),
      this.text,
      this.cancel,
      this.copy
    ]);
  }

  /** Something began: what was said of an error before can no longer be copied. */
  begin(): void {
    this.root.dataset.state = 'busy';
    this.root.setAttribute('aria-busy', 'true');
    this.copy.hidden = true;
  }

  /** Nothing goes on any more. */
  end(): void {
    this.cancel.hidden = true;
    this.root.setAttribute('aria-busy', 'false');
  }

  say(state: State, message: string, hint = ''): void {
    this.root.dataset.state = state;
    if (state !== 'idle' && state !== 'silent') {
      this.root.dataset.alive = '';
    }
    this.note(message, hint);
    this.copy.hidden = state !== 'error';
  }

  /** Nobody answers. */
  silence(message: string): void {
    this.before = [(this.root.dataset.state ?? 'idle') as State, [...this.text.childNodes]];
    this.say('silent', message);
  }

  /** Somebody answers again: what was said before is true again. */
  unsilence(): void {
    if (this.root.dataset.state !== 'silent' || !this.before) {
      return;
    }
    const [state, said] = this.before;
    this.root.dataset.state = state;
    if (this.root.getAttribute('aria-busy') === 'true') {
      this.note('working…');
    } else {
      this.text.replaceChildren(...said);
    }
  }

  /** Say something by the way; the state stays. */
  note(message: string, hint = ''): void {
    this.text.replaceChildren(message);
    if (hint) {
      this.text.append(' ', make('b', { textContent: hint }));
    }
  }

  fail(error: unknown): void {
    if (!(error instanceof RequestFailed)) {
      this.say('error', `The panel failed: ${error}`, 'Run the cell again.');
      console.error(error);
    } else if (error.isVoid) {
      this.say('idle', 'cancelled');
    } else {
      this.say('error', error.message, error.hint);
    }
  }

  private before?: [State, ChildNode[]];
  private readonly text = make('span', { className: 'albert-status', dir: 'auto' });
  private readonly copy = make('button', { textContent: 'Copy', type: 'button', hidden: true });
}
