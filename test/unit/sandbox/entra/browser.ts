import type { SandboxReady } from '../../../support/sandbox';
import { sandboxFetch, type SandboxResponse } from '../../../support/sandboxClient';

/** What a browser does with a sign-in page: stores its cookie, fills in its form and submits it. */
export class Browser {
  #cookie = '';

  constructor(readonly ready: SandboxReady) {}

  async open(url: string): Promise<Page> {
    return this.#page(url, await sandboxFetch(this.ready, url));
  }

  #page(url: string, response: SandboxResponse): Page {
    this.#cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? this.#cookie;
    const text = unescape(response.text);
    const fields = new Map<string, string>();
    for (const [input] of response.text.matchAll(/<input[^>]*>/g))
      fields.set(attribute(input, 'name'), attribute(input, 'value'));
    return {
      ...response,
      text,
      field: (name) => fields.get(name),
      alert: /<p role="alert"[^>]*>([^<]*)</.exec(text)?.[1],
      submit: async (values, headers = {}) => {
        const action = unescape(/<form method="post" action="([^"]*)"/.exec(response.text)?.[1] ?? '');
        const target = new URL(action, url).href;
        const body = new URLSearchParams({ ...Object.fromEntries(fields), ...values });
        return this.#page(
          target,
          await sandboxFetch(this.ready, target, {
            method: 'POST',
            headers: { cookie: this.#cookie, ...headers },
            body,
          }),
        );
      },
    };
  }
}

export interface Page extends SandboxResponse {
  field(name: string): string | undefined;
  alert: string | undefined;
  submit(values: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
}

function attribute(tag: string, name: string): string {
  return unescape(new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

function unescape(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
