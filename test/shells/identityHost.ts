import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { dotnet, findDotnet, toolEnvironment } from '../support/dotnet';
import { root } from '../support/paths';
import { run } from '../support/processes';
import { withProgress } from '../support/say';

/** What identityHost is asked to do with the environment variables of an app. */
export interface Case {
  readonly environment: Readonly<Record<string, string>>;
  readonly clients: readonly Client[];
}

export interface Client {
  readonly kind: string;
  readonly connection: string;
  readonly scope?: string;
  readonly topicKeySetting?: string;
  readonly topicEndpointUri?: string;
}

/** What a client did. */
export interface Answer {
  readonly sentTo: string;
  readonly authorization: string;
  readonly details: string;
  readonly error: string | null;
}

/**
 * What clients do with the settings of an app, in the order of the cases.
 * @param scratch a folder to build the host in
 */
export async function answersTo(
  cases: readonly Case[],
  scratch: string,
): Promise<readonly (readonly Answer[])[]> {
  const at = (name: string) => path.join(scratch, name);
  const server = await startIdentityEndpoint();
  try {
    return await withProgress('Creating the clients of a Functions host', async () => {
      fs.cpSync(path.join(root, 'test/shells/identityHost'), at('host'), { recursive: true });
      await dotnet(['build', '--output', at('build')], at('host'), scratch);
      fs.writeFileSync(at('cases'), JSON.stringify(cases));
      const { port } = server.address() as AddressInfo;
      // As App Service gives tokens of an app's identities.
      const identity = { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: 'header' };
      await run(findDotnet() ?? '', [at('build/identityHost.dll'), at('cases'), at('answers')], {
        cwd: scratch,
        env: { ...toolEnvironment(scratch), ...identity },
      });
      const answers = JSON.parse(fs.readFileSync(at('answers'), 'utf8')) as (readonly Answer[])[];
      assert.equal(answers.length, cases.length);
      return answers;
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Gives tokens as App Service does. A token says of whom it is, and for what. */
async function startIdentityEndpoint(): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const resource = searchParams.get('resource') ?? '';
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        access_token: `${searchParams.get('client_id') ?? 'system-assigned'}|${resource}`,
        expires_on: String(Math.floor(Date.now() / 1000) + 86_400),
        ...{ resource, token_type: 'Bearer' },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
