import fs from 'node:fs/promises';
import path from 'node:path';
import type { Site } from '../world/world';
import { functionJson, hostJson } from './samples/files';
import { shop } from './samples/shop';

/** The sample apps that the sandbox can start with. */
export type Sample = 'readSecret' | 'python' | 'shop' | 'empty';

/**
 * Creates an app's home folder (`site/wwwroot`, `LogFiles`, `data`) and puts a sample app into it.
 * `readSecret`: the JavaScript function ReadSecret, which reads the secret in the app setting `SECRET_URI`.
 * `python`: a Python function, which the sandbox lists but doesn't run.
 * `shop`: functions that use the app settings Photos, OrdersBus, Stock and ShopDb.
 */
export async function seedWwwroot(site: Site, sample: Sample): Promise<void> {
  for (const folder of ['site/wwwroot', 'LogFiles', 'data']) {
    await fs.mkdir(path.join(site.homeFolder, folder), { recursive: true, mode: 0o700 });
  }
  for (const [name, content] of Object.entries(samples[sample])) {
    const file = path.join(site.homeFolder, 'site', 'wwwroot', name);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, content);
  }
}

const readSecretJson = functionJson([
  { authLevel: 'function', type: 'httpTrigger', direction: 'in', name: 'req', methods: ['get', 'post'] },
  { type: 'http', direction: 'out', name: 'res' },
]);

const readSecretJs = `const { ManagedIdentityCredential } = require('@azure/identity');
const { SecretClient, parseKeyVaultSecretIdentifier } = require('@azure/keyvault-secrets');

// Created once, so that tokens are cached between runs. AZURE_CLIENT_ID selects a user-assigned identity.
const clientId = process.env.AZURE_CLIENT_ID;
const credential = clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();

module.exports = async function (context, req) {
  const secretUri = process.env.SECRET_URI;
  if (!secretUri) {
    context.log.error('The app setting SECRET_URI is missing.');
    context.res = { status: 500, body: { error: 'The app setting SECRET_URI is missing.' } };
    return;
  }
  if (!process.env.IDENTITY_ENDPOINT) {
    context.log.warn("This app has no managed identity, so it can't get a token.");
    context.res = { status: 500, body: { error: 'This app has no managed identity. Turn on its system-assigned identity.' } };
    return;
  }

  const { vaultUrl, name, version } = parseKeyVaultSecretIdentifier(secretUri);
  context.log(\`Reading secret \${name} from \${vaultUrl}\`);
  try {
    const secret = await new SecretClient(vaultUrl, credential).getSecret(name, { version });
    context.log(\`Read secret \${name}, version \${secret.properties.version}\`);
    context.res = { status: 200, body: { secret: secret.name, value: secret.value } };
  } catch (error) {
    context.log.error(\`Could not read secret \${name}: \${error.message}\`);
    context.res = { status: error.statusCode === 403 ? 403 : 500, body: { error: error.message } };
  }
};
`;

const pythonInit = `import logging
import os

import azure.functions as func


def main(req: func.HttpRequest) -> func.HttpResponse:
    logging.info("DbPassword is %s", "set" if os.environ.get("DB_PASSWORD") else "missing")
    return func.HttpResponse("OK")
`;

const samples: Record<Sample, Record<string, string>> = {
  readSecret: {
    'host.json': hostJson,
    'ReadSecret/function.json': readSecretJson,
    'ReadSecret/index.js': readSecretJs,
  },
  python: {
    'host.json': hostJson,
    'requirements.txt': 'azure-functions\n',
    'CheckDatabase/function.json': `${JSON.stringify(
      {
        scriptFile: '__init__.py',
        bindings: [
          { authLevel: 'function', type: 'httpTrigger', direction: 'in', name: 'req', methods: ['get'] },
          { type: 'http', direction: 'out', name: '$return' },
        ],
      },
      null,
      2,
    )}\n`,
    'CheckDatabase/__init__.py': pythonInit,
  },
  shop,
  empty: {},
};
