import { challengeClaims } from '../entra/claimsChallenge';
import type { Audience, ChallengingAudience, SandboxSettings } from '../context';
import { graphRights } from '../context';
import type { Faults, FaultRule } from './faults';
import type { Answer, Call, Service } from './http';
import type { Attachments } from './lifetime';
import { sameSecret } from '../entra/sessions';
import type { Statistics } from './statistics';

/** What the control endpoint operates on. */
export interface Controlled {
  secret: string;
  settings: SandboxSettings;
  faults: Faults;
  statistics: Statistics;
  attachments: Attachments;
  /** The sandbox's clock, which can be moved forward. */
  clock: { now(): number; advance(milliseconds: number): void };
  /** Signs the world's first user in. Returns false if no sign-in waits for the code. */
  approve: (userCode: string) => boolean;
  stop: () => void;
}

/**
 * The sandbox's control endpoint: faults, settings and lifetime. Every request needs the run's secret in the
 * header `x-sandbox-control`, which a page of another site can't send.
 *
 * - `GET /attach` a stream that stays open; the client counts as attached until it ends
 * - `GET /settings`, `PATCH /settings` {@link SandboxSettings}
 * - `GET /faults`, `POST /faults` {@link FaultRule} without id, `DELETE /faults`
 * - `POST /claims-challenge` `{audiences?: ("arm"|"vault")[]}` challenges the tokens issued so far
 * - `DELETE /claims-challenge` stops that
 * - `GET /stats`, `DELETE /stats` request counts
 * - `POST /clock` `{advanceMs}` moves time forward
 * - `POST /sign-in` `{userCode}` signs the first user in, as the sign-in page does with the password
 * - `POST /stop`
 */
export function createControl(controlled: Controlled): Service {
  return async (call) => {
    const secret = call.headers['x-sandbox-control'];
    if (typeof secret !== 'string' || !sameSecret(secret, controlled.secret))
      return failure(403, 'The header x-sandbox-control is missing or wrong.');
    try {
      return await act(controlled, call);
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof BadRequest) return failure(400, error.message);
      throw error;
    }
  };
}

class BadRequest extends Error {}

async function act(controlled: Controlled, call: Call): Promise<Answer> {
  const { settings, faults, statistics, clock } = controlled;
  switch (`${call.method} ${call.path}`) {
    case 'GET /attach':
      return controlled.attachments.attach(call);
    case 'GET /settings':
      return { status: 200, json: settings };
    case 'PATCH /settings':
      Object.assign(settings, settingsOf(await objectOf(call)));
      return { status: 200, json: settings };
    case 'GET /faults':
      return { status: 200, json: faults.list() };
    case 'POST /faults':
      return { status: 201, json: faults.add(faultOf(await objectOf(call))) };
    case 'DELETE /faults':
      faults.clear();
      return { status: 204 };
    case 'POST /claims-challenge': {
      await challengeClaims(settings, clock, audiencesOf(await objectOf(call)));
      return { status: 204 };
    }
    case 'DELETE /claims-challenge':
      settings.claimsChallenge = undefined;
      return { status: 204 };
    case 'GET /stats':
      return { status: 200, json: statistics.toJSON() };
    case 'DELETE /stats':
      statistics.reset();
      return { status: 204 };
    case 'POST /clock': {
      const { advanceMs } = await objectOf(call);
      if (typeof advanceMs !== 'number' || !(advanceMs >= 0))
        throw new BadRequest(
          'advanceMs must be a number of milliseconds, 0 or more: the clock only moves forward.',
        );
      clock.advance(advanceMs);
      return { status: 200, json: { now: clock.now() } };
    }
    case 'POST /sign-in': {
      const { userCode } = await objectOf(call);
      if (typeof userCode !== 'string' || !controlled.approve(userCode))
        throw new BadRequest('userCode must be the code of a sign-in that waits for a person.');
      return { status: 204 };
    }
    case 'POST /stop':
      setImmediate(controlled.stop);
      return { status: 202 };
    default:
      return failure(404, `${call.method} ${call.path} is not supported.`);
  }
}

async function objectOf(call: Call): Promise<Record<string, unknown>> {
  const body = (await call.json()) ?? {};
  if (typeof body !== 'object' || Array.isArray(body))
    throw new BadRequest('The body must be a JSON object.');
  return body as Record<string, unknown>;
}

function audiencesOf({ audiences = ['arm', 'vault'] }: Record<string, unknown>): ChallengingAudience[] {
  const isKnown = (name: unknown): name is ChallengingAudience => name === 'arm' || name === 'vault';
  if (!Array.isArray(audiences) || !audiences.every(isKnown))
    throw new BadRequest("audiences must be a list of 'arm' and 'vault'.");
  return audiences;
}

const settingTypes: Record<
  Exclude<keyof SandboxSettings, 'claimsChallenge'>,
  'number' | 'boolean' | 'object' | 'string'
> = {
  latencyMs: 'number',
  rolePropagationMs: 'number',
  principalReplicationMs: 'number',
  softDeleteDelayMs: 'number',
  patchRemovesOmittedIdentities: 'boolean',
  graphRights: 'string',
  resourceGraphRefused: 'boolean',
  resourceGraphDelayMs: 'number',
  interactionRequired: 'boolean',
  consentNeeded: 'object',
  tokenLifetimeSeconds: 'number',
  vaultWriteMs: 'number',
  vaultRegistrationMs: 'number',
  vaultPurgeMs: 'number',
  vaultRequestLimit: 'number',
  telemetryDelayMs: 'number',
  linuxFileRanges: 'boolean',
  storageSuffix: 'string',
  vaultApiVersions: 'object',
  unregisteredProviders: 'object',
  providerRegistrationMs: 'number',
  web: 'object',
};

const services = new Set<Audience>(['arm', 'vault', 'storage', 'graph', 'appService', 'applicationInsights']);

/** A misspelled setting is an error, so that it can't look as if it had been set. */
function settingsOf(body: Record<string, unknown>): Partial<SandboxSettings> {
  for (const [name, value] of Object.entries(body)) {
    const type = (settingTypes as Record<string, string | undefined>)[name];
    if (type === undefined) throw new BadRequest(`There is no setting '${name}'.`);
    if (typeof value !== type || value === null)
      throw new BadRequest(`The setting '${name}' must be of type ${type}.`);
    if (
      name === 'consentNeeded' &&
      !(Array.isArray(value) && value.every((one) => services.has(one as Audience)))
    )
      throw new BadRequest(`The setting '${name}' must be a list of ${[...services].join(', ')}.`);
    if (name === 'graphRights' && !graphRights.some((right) => right === value))
      throw new BadRequest(`The setting '${name}' must be one of ${graphRights.join(', ')}.`);
  }
  return body;
}

const faultTypes: Record<
  Exclude<keyof FaultRule, 'id'>,
  'string' | 'number' | 'boolean' | 'object' | 'any'
> = {
  service: 'string',
  method: 'string',
  path: 'string',
  skip: 'number',
  count: 'number',
  latencyMs: 'number',
  disconnect: 'boolean',
  status: 'number',
  body: 'any',
  headers: 'object',
  retryAfterSeconds: 'number',
  expiredToken: 'boolean',
  truncateJson: 'boolean',
  cutAfterBytes: 'number',
};

function faultOf(body: Record<string, unknown>): Omit<FaultRule, 'id'> {
  for (const [name, value] of Object.entries(body)) {
    const type = (faultTypes as Record<string, string | undefined>)[name];
    if (type === undefined) throw new BadRequest(`There is no '${name}' in a fault.`);
    if (type !== 'any' && typeof value !== type)
      throw new BadRequest(`'${name}' in a fault must be of type ${type}.`);
  }
  return body as unknown as Omit<FaultRule, 'id'>;
}

function failure(status: number, message: string): Answer {
  return { status, json: { error: { code: status.toString(), message } } };
}
