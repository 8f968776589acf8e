/** Server-Sent Events as they come over the line: in pieces that end anywhere. */

/** Takes pieces of text, gives the data of the events that are whole; comments are heartbeats and give nothing. */
export class EventParser {
  /** Return the data of the nameless events that end in this piece. */
  push(piece: string): string[] {
    this.rest += piece;
    const whole: string[] = [];
    for (;;) {
      const end = /\r\n|\n|\r/.exec(this.rest);
      // Of a "\r" at the very end nobody knows yet whether its "\n" follows.
      if (!end || (end[0] === '\r' && end.index === this.rest.length - 1)) {
        return whole;
      }
      const line = this.rest.slice(0, end.index);
      this.rest = this.rest.slice(end.index + end[0].length);
      if (line === '') {
        if (this.data.length > 0 && this.name === '') {
          whole.push(this.data.join('\n'));
        }
        this.data = [];
        this.name = '';
      } else {
        this.take(line);
      }
    }
  }

  private take(line: string): void {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') {
      this.data.push(value);
    } else if (field === 'event') {
      this.name = value;
    }
  }

  private rest = '';
  private data: string[] = [];
  private name = '';
}
