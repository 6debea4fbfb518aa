import type { Files, ReadSecretOptions } from './template';
import { functionJson, vaultApiVersion } from './template';

/** A function with function.json that needs no packages, only Node's built-in `fetch`. */
export function javaScriptFunction({
  functionName,
  secretUri,
  vaultAudience,
  clientId,
}: ReadSecretOptions): Files {
  return {
    [`${functionName}/function.json`]: functionJson('res'),
    [`${functionName}/index.js`]: `// Reads a Key Vault secret with this app's managed identity, so no password or key is stored.
const secretUri = ${JSON.stringify(secretUri)};
const audience = ${JSON.stringify(vaultAudience)};
// Client ID of a user-assigned identity. Leave empty to use the app's system-assigned identity.
const clientId = ${JSON.stringify(clientId ?? '')};

module.exports = async function (context, req) {
  try {
    const secret = await readSecret();
    context.log(\`Read \${secret.id}\`);
    // Use secret.value in your code. The response shows that it was read but doesn't reveal it.
    context.res = json(200, { read: true, id: secret.id, characters: secret.value.length });
  } catch (error) {
    context.log.error(\`Failed to read \${secretUri}: \${error.message}\`);
    context.res = json(error.status === 403 ? 403 : 500, { read: false, error: error.message });
  }
};

async function readSecret() {
  const { access_token: token } = await getJson(...identityEndpoint());
  return getJson(\`\${secretUri}?api-version=${vaultApiVersion}\`, { Authorization: \`Bearer \${token}\` });
}

// The endpoint where App Service issues tokens for this app's identity. Only this app can use it.
function identityEndpoint() {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER, MSI_ENDPOINT, MSI_SECRET } = process.env;
  if (!IDENTITY_ENDPOINT && !MSI_ENDPOINT) throw new Error('This app has no managed identity.');
  const query = new URLSearchParams({ resource: audience, 'api-version': IDENTITY_ENDPOINT ? '2019-08-01' : '2017-09-01' });
  if (clientId) query.set(IDENTITY_ENDPOINT ? 'client_id' : 'clientid', clientId);
  return IDENTITY_ENDPOINT
    ? [\`\${IDENTITY_ENDPOINT}?\${query}\`, { 'X-IDENTITY-HEADER': IDENTITY_HEADER }]
    : [\`\${MSI_ENDPOINT}?\${query}\`, { secret: MSI_SECRET }];
}

async function getJson(url, headers) {
  const response = await fetch(url, { headers });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  const { code, message, innererror } = body.error ?? {};
  const reason = [innererror?.code ?? code, message ?? body.message].filter(Boolean).join(': ');
  throw Object.assign(new Error(\`\${response.status} \${reason}\`), { status: response.status });
}

function json(status, body) {
  return { status, headers: { 'Content-Type': 'application/json' }, body };
}
`,
  };
}

/** A function for a project that uses programming model v4, which has no function.json. Needs the SDK. */
export function javaScriptV4Function({ functionName, secretUri, clientId }: ReadSecretOptions): Files {
  const slash = secretUri.indexOf('/secrets/');
  const [name = '', version] = secretUri.slice(slash + '/secrets/'.length).split('/');
  return {
    [`src/functions/${functionName}.js`]: `const { app } = require('@azure/functions');
const { ManagedIdentityCredential } = require('@azure/identity');
const { SecretClient } = require('@azure/keyvault-secrets');

const credential = new ManagedIdentityCredential(${clientId ? `{ clientId: ${JSON.stringify(clientId)} }` : ''});
const secrets = new SecretClient(${JSON.stringify(secretUri.slice(0, slash))}, credential);

app.http(${JSON.stringify(functionName)}, {
  methods: ['GET'],
  authLevel: 'function',
  handler: async (request, context) => {
    try {
      const secret = await secrets.getSecret(${JSON.stringify(name)}${version ? `, { version: ${JSON.stringify(version)} }` : ''});
      // Use secret.value in your code. The response shows that it was read but doesn't reveal it.
      return { jsonBody: { read: true, id: secret.properties.id, characters: secret.value.length } };
    } catch (error) {
      context.error(\`Failed to read the secret: \${error.message}\`);
      return { status: error.statusCode === 403 ? 403 : 500, jsonBody: { read: false, error: error.message } };
    }
  },
});
`,
  };
}
