import type { IncomingMessage } from 'node:http';
import { until } from '../../../support/until';

/** Reads a log stream and waits for expected content. */
export class StreamReader {
  text = '';
  ended = false;

  constructor(private readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (this.text += chunk));
    response.on('close', () => (this.ended = true));
    response.on('error', () => (this.ended = true));
  }

  get headers(): IncomingMessage['headers'] {
    return this.response.headers;
  }

  waitFor(what: RegExp | string, timeout = 10_000): Promise<unknown> {
    const there = (): boolean => (typeof what === 'string' ? this.text.includes(what) : what.test(this.text));
    return until(there, { timeout, what: `${String(what)} in ${JSON.stringify(this.text.slice(-2000))}` });
  }

  waitForEnd(): Promise<unknown> {
    return until(() => this.ended, { what: 'the end of the stream' });
  }

  close(): void {
    this.response.destroy();
  }
}
