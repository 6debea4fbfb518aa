import { randomBytes } from 'node:crypto';
import {
  SignJWT,
  calculateJwkThumbprint,
  compactVerify,
  decodeJwt,
  errors,
  exportJWK,
  generateKeyPair,
  type GenerateKeyPairResult,
  type JWK,
  type JWTPayload,
} from 'jose';
import { audienceOf } from './audiences';
import type { Audience, Caller, Clock, Endpoints, SandboxSettings, Tokens, Verdict } from '../context';
import type { ServicePrincipal, User, World } from '../world/world';

/** What a client asked for in the `claims` parameter of a token request (OpenID Connect claims request). */
export interface ClaimsRequest {
  /** `access_token.xms_cc`: `CP1` says that the client can handle a claims challenge. */
  clientCapabilities?: string[];
}

/** Who gets a token, through which application, and for what. */
export interface AccessTokenRequest {
  principal: { user: User; clientId: string } | { servicePrincipal: ServicePrincipal };
  /** Becomes `aud` unchanged. */
  resource: string;
  claims?: ClaimsRequest;
}

/** An access token with its times in epoch seconds. */
export interface AccessToken {
  accessToken: string;
  notBefore: number;
  expiresOn: number;
}

interface TokenEnvironment {
  world: World;
  endpoints: Endpoints;
  clock: Clock;
  settings: SandboxSettings;
}

/**
 * Signs and verifies this run's tokens: RS256 with a key that never leaves memory. Access tokens are version
 * 1.0, as Resource Manager and Key Vault expect; claims as in Microsoft's access token reference.
 */
export class TokenAuthority implements Tokens {
  readonly #environment: TokenEnvironment;
  readonly #key: GenerateKeyPairResult;
  readonly #keyId: string;
  readonly #publicKey: JWK;

  private constructor(
    environment: TokenEnvironment,
    key: GenerateKeyPairResult,
    publicKey: JWK,
    keyId: string,
  ) {
    this.#environment = environment;
    this.#key = key;
    this.#publicKey = publicKey;
    this.#keyId = keyId;
  }

  static async create(environment: TokenEnvironment): Promise<TokenAuthority> {
    const key = await generateKeyPair('RS256');
    const publicKey = await exportJWK(key.publicKey);
    return new TokenAuthority(environment, key, publicKey, await calculateJwkThumbprint(publicKey));
  }

  /** The JSON Web Key Set for `jwks_uri`. */
  keySet(): { keys: JWK[] } {
    return { keys: [{ ...this.#publicKey, kid: this.#keyId, x5t: this.#keyId, use: 'sig', alg: 'RS256' }] };
  }

  async issueAccessToken(request: AccessTokenRequest): Promise<AccessToken> {
    const { settings } = this.#environment;
    const isManaged =
      'servicePrincipal' in request.principal &&
      request.principal.servicePrincipal.kind === 'ManagedIdentity';
    const lifetime = isManaged ? managedIdentityLifetime : settings.tokenLifetimeSeconds;
    const now = this.#now();
    const claims = {
      aud: request.resource,
      ...this.#claimsOf(request.principal),
      ...(request.claims?.clientCapabilities && { xms_cc: request.claims.clientCapabilities }),
      // Not an Entra ID claim: it lets a claims challenge distinguish tokens issued in the same second.
      [issuedAtMs]: this.#environment.clock.now(),
    };
    const accessToken = await this.#sign({ ...claims, iat: now, nbf: now, exp: now + lifetime });
    return { accessToken, notBefore: now, expiresOn: now + lifetime };
  }

  /** An ID token of version 2.0. */
  async issueIdToken(user: User, clientId: string, nonce?: string): Promise<string> {
    const now = this.#now();
    return this.#sign({
      aud: clientId,
      iss: `${this.#environment.endpoints.authority}/${user.tenantId}/v2.0`,
      iat: now,
      nbf: now,
      exp: now + this.#environment.settings.tokenLifetimeSeconds,
      name: user.displayName,
      ...(nonce !== undefined && { nonce }),
      oid: user.objectId,
      preferred_username: user.userPrincipalName,
      sub: subjectFor(user, clientId),
      tid: user.tenantId,
      uti: opaque(16),
      ver: '2.0',
    });
  }

  async verify(authorization: string | undefined, audiences: Audience[]): Promise<Verdict> {
    const { world, endpoints } = this.#environment;
    if (authorization === undefined || authorization === '') return { ok: false, reason: 'missing' };
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization)?.[1];
    if (token === undefined) return { ok: false, reason: 'malformed' };
    const checked = await this.#check(token);
    if (typeof checked === 'string') return { ok: false, reason: checked };
    const caller = this.#callerOf(checked);
    if (caller === undefined) return { ok: false, reason: 'malformed' };
    const audience = typeof checked.aud === 'string' ? checked.aud : '';
    const { issuer } = caller;
    const isHere = world.tenants.some(
      ({ tenantId }) => issuer === issuerOf(tenantId) && tenantId === caller.tenantId,
    );
    if (!isHere) return { ok: false, reason: 'issuer', issuer, audience };
    if ((checked.nbf ?? 0) > this.#now() || (checked.exp ?? 0) <= this.#now())
      return { ok: false, reason: 'expired', issuer, audience };
    const named = audienceOf(endpoints, audience);
    if (named === undefined || !audiences.includes(named))
      return { ok: false, reason: 'audience', issuer, audience };
    return { ok: true, caller };
  }

  async issueForManagedIdentity(
    principalId: string,
    resource: string,
  ): Promise<{ accessToken: string; expiresOn: number; notBefore: number; clientId: string }> {
    const servicePrincipal = this.#environment.world.servicePrincipals.get(principalId.toLowerCase());
    if (servicePrincipal?.kind !== 'ManagedIdentity')
      throw new Error(`There is no managed identity ${principalId}.`);
    const token = await this.issueAccessToken({ principal: { servicePrincipal }, resource });
    return { ...token, clientId: servicePrincipal.appId };
  }

  /**
   * Returns a signed `Bearer` token with the same claims that expired an hour ago; anything that isn't a
   * token of this run is returned unchanged.
   */
  async expire(authorization: string): Promise<string> {
    const token = authorization.replace(/^Bearer +/i, '');
    const payload = await this.#check(token);
    if (typeof payload === 'string') return authorization;
    const end = this.#now() - 3600;
    return `Bearer ${await this.#sign({ ...payload, iat: end - 3600, nbf: end - 3600, exp: end })}`;
  }

  #now(): number {
    return Math.floor(this.#environment.clock.now() / 1000);
  }

  async #check(token: string): Promise<JWTPayload | 'malformed' | 'signature'> {
    try {
      await compactVerify(token, this.#key.publicKey, { algorithms: ['RS256'] });
    } catch (error) {
      if (error instanceof errors.JOSEError)
        return error instanceof errors.JWSSignatureVerificationFailed ||
          error instanceof errors.JOSEAlgNotAllowed
          ? 'signature'
          : 'malformed';
      throw error;
    }
    return decodeJwt(token);
  }

  #claimsOf(principal: AccessTokenRequest['principal']): JWTPayload {
    const shared = { aio: opaque(36), uti: opaque(16), rh: `1.${opaque(48)}.`, ver: '1.0' };
    if ('user' in principal) {
      const { user, clientId } = principal;
      return {
        ...shared,
        iss: issuerOf(user.tenantId),
        acr: '1',
        amr: ['pwd'],
        appid: clientId,
        appidacr: '0',
        ...(user.groupIds.length > 0 && { groups: user.groupIds }),
        idtyp: 'user',
        ipaddr: '127.0.0.1',
        name: user.displayName,
        oid: user.objectId,
        puid: `1003${user.objectId.replaceAll('-', '').slice(0, 12).toUpperCase()}`,
        scp: 'user_impersonation',
        sub: subjectFor(user, clientId),
        tid: user.tenantId,
        unique_name: user.userPrincipalName,
        upn: user.userPrincipalName,
      };
    }
    const { servicePrincipal } = principal;
    const issuer = issuerOf(servicePrincipal.tenantId);
    const isManaged = servicePrincipal.kind === 'ManagedIdentity';
    return {
      ...shared,
      iss: issuer,
      appid: servicePrincipal.appId,
      appidacr: isManaged ? '2' : '1',
      ...(servicePrincipal.groupIds.length > 0 && { groups: servicePrincipal.groupIds }),
      idp: issuer,
      idtyp: 'app',
      oid: servicePrincipal.objectId,
      sub: servicePrincipal.objectId,
      tid: servicePrincipal.tenantId,
      // Inferred: seen in tokens of managed identities, not documented anywhere.
      ...(isManaged &&
        servicePrincipal.resourceId !== undefined && {
          xms_mirid: servicePrincipal.resourceId,
          xms_az_rid: servicePrincipal.resourceId,
        }),
    };
  }

  #callerOf(payload: JWTPayload): Caller | undefined {
    const { oid, tid, appid, iss, upn, groups } = payload;
    if (typeof oid !== 'string' || typeof tid !== 'string' || typeof appid !== 'string' || iss === undefined)
      return undefined;
    return {
      tenantId: tid,
      objectId: oid,
      appId: appid,
      groupIds: Array.isArray(groups) ? groups.filter((id): id is string => typeof id === 'string') : [],
      isApp: payload.idtyp === 'app',
      issuer: iss,
      name: typeof upn === 'string' ? upn : appid,
      tokenIssuedAt: Number(payload[issuedAtMs] ?? 0),
    };
  }

  async #sign(payload: JWTPayload): Promise<string> {
    return new SignJWT(payload)
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: this.#keyId, x5t: this.#keyId })
      .sign(this.#key.privateKey);
  }
}

/** `iss` of version 1.0 tokens; Key Vault includes it in its error messages. */
function issuerOf(tenantId: string): string {
  return `https://sts.windows.net/${tenantId}/`;
}

const managedIdentityLifetime = 24 * 3600;
const issuedAtMs = 'sandbox_iat_ms';

/** `sub` is pairwise: it differs for each application. */
function subjectFor(user: User, clientId: string): string {
  return Buffer.from(`${user.objectId.slice(0, 18)}${clientId.slice(0, 13)}`).toString('base64url');
}

function opaque(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
