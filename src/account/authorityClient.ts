import type { HttpClient, PipelineRequest } from '@azure/core-rest-pipeline';
import type { Cloud } from '../azure/core/cloud';
import { objectOf, parseJson } from '../azure/core/json';

/**
 * An HTTP client for signing in to the sandbox. It trusts the sandbox's CA, and reaches nothing but the sandbox's authority,
 * because the authority's own answers say where credentials are sent next. Its errors don't quote them.
 */
export async function authorityClient(cloud: Cloud, log?: (line: string) => void): Promise<HttpClient> {
  const [{ createTransport }, { TrustRegistry }, { requireSameOrigin }, { Quotes }] = await Promise.all([
    import('../azure/core/transport'),
    import('../azure/core/tokens/trust'),
    import('../azure/core/request'),
    import('../azure/core/secrets/quotes'),
  ]);
  const trust = new TrustRegistry({ cloud: () => cloud });
  const transport = createTransport({ cloud: () => cloud, trust, ...(log ? { log } : {}) });
  return {
    sendRequest: async (request) => {
      requireSameOrigin(request.url, cloud.authority);
      const response = await transport.sendRequest(request);
      const { status, bodyAsText: text } = response;
      if (text && (status >= 400 || objectOf(parseJson(text))['error'] !== undefined))
        response.bodyAsText = new Quotes(credentialsIn(request)).hideIn(text);
      return response;
    },
  };
}

/** The credentials in the form that is sent. */
function credentialsIn({ body }: PipelineRequest): string[] {
  const form = typeof body === 'string' ? [...new URLSearchParams(body)] : [];
  return form
    .filter(([name]) =>
      /^(client_secret|client_assertion|refresh_token|device_code|code|password)$/.test(name),
    )
    .map(([, value]) => value);
}
