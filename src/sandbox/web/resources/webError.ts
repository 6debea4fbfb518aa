import type { OutgoingHttpHeaders } from 'node:http';
import type { Answer } from '../../server/http';

/**
 * An error of Microsoft.Web itself: PascalCase and without `error` around it, as recorded.
 * @param template with `{0}` where `parameters` go
 * @param extendedCode the provider's own error number
 */
export class WebError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    private readonly template: string,
    private readonly parameters: string[] = [],
    private readonly extendedCode = '51016',
    private readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(template.replace(/\{(\d)\}/g, (_, index: string) => parameters[Number(index)] ?? ''));
  }

  toAnswer(): Answer {
    const { code, message } = this;
    const entity = {
      ExtendedCode: this.extendedCode,
      MessageTemplate: this.template,
      Parameters: this.parameters,
      Code: code,
      Message: message,
    };
    return {
      status: this.status,
      headers: this.headers,
      json: {
        Code: code,
        Message: message,
        Target: null,
        Details: [{ Message: message }, { Code: code }, { ErrorEntity: entity }],
        Innererror: null,
      },
    };
  }
}

/** The provider's 404 for a missing part of a site; ExtendedCode as recorded. */
export function cannotFind(kind: string, name: string): WebError {
  return new WebError(404, 'NotFound', 'Cannot find {0} with name {1}.', [kind, name], '51004');
}

export function badRequest(message: string): WebError {
  return new WebError(400, 'BadRequest', message);
}
