import type { TokenCredential } from '@azure/core-auth';
import type { PipelineRequest } from '@azure/core-rest-pipeline';
import { setImmediate } from 'node:timers/promises';
import type { Connection } from '../../src/azure/core/connection';

/**
 * Counts the requests of an act that wait for one another, as if each took equally long: those under way at the same time
 * are one round, and are answered together. So the number of rounds is the length of the longest chain. Requests for
 * tokens aren't counted.
 */
export class RoundTrips<C extends Connection> {
  /** The requests of each round, as `METHOD path`. */
  readonly rounds: string[][] = [];
  /** The same connection, whose requests are counted. */
  readonly connection: C;
  private pending = 0;
  private answered: Promise<void> | undefined;
  private answer: () => void = () => undefined;

  constructor(c: C) {
    const sendRequest = (request: PipelineRequest) => this.send(c, request);
    const getToken: TokenCredential['getToken'] = async (...wanted) => {
      this.pending++;
      try {
        return await c.credential.getToken(...wanted);
      } finally {
        // The request that needs the token belongs to the same round.
        void setImmediate().then(() => {
          this.settle();
        });
      }
    };
    this.connection = Object.create(c, {
      http: { value: { trust: c.http.trust, sendRequest } },
      credential: { value: { getToken } },
    }) as C;
  }

  private async send(c: C, request: PipelineRequest) {
    if (!this.answered) {
      this.answered = new Promise((resolve) => (this.answer = resolve));
      this.rounds.push([]);
    }
    const { answered } = this;
    this.rounds.at(-1)?.push(`${request.method} ${new URL(request.url).pathname}`);
    this.pending++;
    try {
      return await c.http.sendRequest(request);
    } finally {
      // What began at the same moment may not have sent its request yet.
      await setImmediate();
      this.settle();
      await answered;
    }
  }

  private settle(): void {
    if (--this.pending > 0) return;
    this.answered = undefined;
    this.answer();
  }
}
