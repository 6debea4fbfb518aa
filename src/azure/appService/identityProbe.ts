import * as l10n from '@vscode/l10n';
import type { Connection } from '../core/connection';
import { AzureError, errorOfAnswer } from '../core/errors';
import { isObject, objectOf, parseJson, stringOf } from '../core/json';
import type { FunctionApp } from '../core/model';
import { withoutSecretForms } from '../core/secrets/secretText';
import { callScm } from './scm';

/** The claims of an app's token. The token itself never leaves the app. */
export interface IdentityClaims {
  /** Claim by name, e.g. `oid`, `appid`, `tid`, `aud`, `xms_mirid`. */
  readonly claims: Readonly<Record<string, string>>;
  readonly expires?: Date;
}

export type IdentityTest =
  | { readonly kind: 'claims'; readonly of: IdentityClaims }
  /** The app has no identity endpoint, because it has no identity or WEBSITE_DISABLE_MSI is set. */
  | { readonly kind: 'noEndpoint' }
  /** The endpoint didn't issue a token, for the reason that it gave. */
  | { readonly kind: 'refused'; readonly reason: string };

/** The claims to return: the identity and purpose of the token, but nothing that can be used to sign in. */
const returnedClaims = [
  'aud',
  'iss',
  'oid',
  'sub',
  'appid',
  'tid',
  'idtyp',
  'xms_mirid',
  'iat',
  'nbf',
  'exp',
] as const;

/**
 * Requests a token from a Windows app's identity endpoint by running a script on the app's SCM site, whose process has
 * the app's environment variables. The script decodes the token there and returns only its claims. It runs on the Node
 * in Kudu's PATH, which may be an old version.
 * @param audience e.g. `https://vault.azure.net`
 * @param clientId of a user-assigned identity
 * @throws AzureError if there was no response or the site couldn't run the script
 */
export async function testIdentity(
  c: Connection,
  app: FunctionApp,
  audience: string,
  clientId?: string,
  signal?: AbortSignal,
): Promise<IdentityTest> {
  const response = await callScm(c, app, {
    method: 'POST',
    path: '/api/command',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ command: commandOf(audience, clientId), dir: 'site\\wwwroot' }),
    once: true,
    signal,
  });
  if (response.status !== 200) throw errorOfAnswer(response);
  const outcome = objectOf(parseJson(response.bodyAsText));
  const answer = parseJson(stringOf(outcome['Output'])?.trim() ?? '');
  if (!isObject(answer)) throw notRun();
  if (answer['none'] === true) return { kind: 'noEndpoint' };
  const claims = objectOf(answer['claims']);
  if (Object.keys(claims).length === 0)
    return {
      kind: 'refused',
      reason: withoutSecretForms(stringOf(answer['reason']) ?? l10n.t('No reason was given.')).slice(0, 500),
    };
  const seconds = Number(claims['exp']);
  return {
    kind: 'claims',
    of: {
      claims: Object.fromEntries(
        returnedClaims.flatMap((name) => {
          const claim = claims[name];
          return typeof claim === 'string' || typeof claim === 'number' ? [[name, `${claim}`]] : [];
        }),
      ),
      ...(seconds > 0 ? { expires: new Date(seconds * 1000) } : {}),
    },
  };
}

function notRun(): AzureError {
  return new AzureError(l10n.t("The SCM site didn't run the script."), {
    code: 'ScriptNotRun',
    explanation: {
      reason: l10n.t("The app's SCM site didn't run the script that requests a token."),
      nextStep: l10n.t('Run a function that reads a secret instead. It verifies the same thing.'),
    },
  });
}

/** Encodes the script as Base64 so that no shell interprets it. Uses `new Buffer` because the Node there may be old. */
function commandOf(audience: string, clientId: string | undefined): string {
  const query = new URLSearchParams({ resource: audience, 'api-version': '2019-08-01' });
  if (clientId !== undefined) query.set('client_id', clientId);
  const script = scriptText.replace('QUERY', JSON.stringify(query.toString()));
  return `node -e "eval(new Buffer('${Buffer.from(script).toString('base64')}','base64').toString())"`;
}

/** ECMAScript 5. Prints `{none}`, `{reason}` or `{claims}` on one line. */
const scriptText = `
var query = QUERY, names = ${JSON.stringify(returnedClaims)}, env = process.env;
function say(answer) { console.log(JSON.stringify(answer)); }
function pick(token) {
  var part = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
  var all = JSON.parse(new Buffer(part, 'base64').toString()), claims = {};
  names.forEach(function (name) { if (all[name] !== undefined) claims[name] = all[name]; });
  return claims;
}
if (!env.IDENTITY_ENDPOINT) say({ none: true });
else {
  var target = require('url').parse(env.IDENTITY_ENDPOINT + '?' + query);
  require('http').get({ hostname: target.hostname, port: target.port, path: target.path, headers: { 'X-IDENTITY-HEADER': env.IDENTITY_HEADER } }, function (response) {
    var text = '';
    response.on('data', function (chunk) { text += chunk; });
    response.on('end', function () {
      try {
        var answer = JSON.parse(text);
        say(answer.access_token ? { claims: pick(answer.access_token) } : { reason: response.statusCode + ' ' + (answer.message || '') });
      } catch (error) { say({ reason: response.statusCode + ' is not JSON' }); }
    });
  }).on('error', function (error) { say({ reason: String(error.code || 'failed') }); });
}
`;
