import { randomBytes, randomInt, timingSafeEqual, createHash } from 'node:crypto';
import type { Audience, Clock } from '../context';
import type { User } from '../world/world';

/** A sign-in with a device code, RFC 8628. */
export interface DeviceSignIn {
  deviceCode: string;
  /** Nine letters and digits that a person can type. */
  userCode: string;
  clientId: string;
  /** The tenant segment of the requested authority. */
  authority: string;
  scope: string;
  claims: string | null;
  /** Epoch milliseconds. */
  expiresAt: number;
  approvedBy?: User;
  declined?: boolean;
}

/** An authorization request for which no code has been issued yet. */
export interface AuthorizationRequest {
  clientId: string;
  authority: string;
  redirectUri: string;
  responseMode: 'query' | 'fragment' | 'form_post';
  state: string | undefined;
  scope: string;
  nonce: string | undefined;
  codeChallenge: string;
  claims: string | null;
  loginHint: string | undefined;
  expiresAt: number;
}

/** What a refresh token stands for: a person's consent to one application. */
export interface Grant {
  user: User;
  clientId: string;
  /** Whether the person signed in with the claims that Conditional Access named. */
  conditionalAccess: boolean;
}

/** Everything that Entra ID remembers between requests; it's lost when the run ends. */
export class Sessions {
  readonly #clock: Clock;
  readonly #password: Buffer;
  readonly #devices = new Map<string, DeviceSignIn>();
  readonly #requests = new Map<string, AuthorizationRequest>();
  readonly #codes = new Map<string, { request: AuthorizationRequest; user: User; expiresAt: number }>();
  readonly #grants = new Map<string, Grant>();
  readonly #consents = new Set<string>();
  #failures: number[] = [];

  /** @param password of every person in this world */
  constructor(clock: Clock, password: string) {
    this.#clock = clock;
    this.#password = digest(password);
  }

  startDevice(details: Pick<DeviceSignIn, 'clientId' | 'authority' | 'scope' | 'claims'>): DeviceSignIn {
    this.#dropExpired(this.#devices);
    const device = {
      ...details,
      deviceCode: secret(),
      userCode: userCode(),
      expiresAt: this.#clock.now() + 15 * minute,
    };
    this.#devices.set(device.deviceCode, device);
    return device;
  }

  deviceByCode(deviceCode: string): DeviceSignIn | undefined {
    return this.#devices.get(deviceCode);
  }

  /** Finds a sign-in that still waits for a person. */
  deviceByUserCode(code: string): DeviceSignIn | undefined {
    const typed = code.replace(/[\s-]/g, '').toUpperCase();
    return [...this.#devices.values()].find(
      (device) =>
        device.userCode === typed && device.expiresAt > this.#clock.now() && device.approvedBy === undefined,
    );
  }

  endDevice(device: DeviceSignIn): void {
    this.#devices.delete(device.deviceCode);
  }

  isExpired(device: DeviceSignIn): boolean {
    return device.expiresAt <= this.#clock.now();
  }

  /** @returns the key by which the page's form refers to the request */
  startAuthorization(details: Omit<AuthorizationRequest, 'expiresAt'>): string {
    this.#dropExpired(this.#requests);
    const key = secret();
    this.#requests.set(key, { ...details, expiresAt: this.#clock.now() + 15 * minute });
    return key;
  }

  authorization(key: string): AuthorizationRequest | undefined {
    const request = this.#requests.get(key);
    return request !== undefined && request.expiresAt > this.#clock.now() ? request : undefined;
  }

  /** @returns the authorization code, which works once within ten minutes */
  approve(key: string, request: AuthorizationRequest, user: User): string {
    this.#requests.delete(key);
    const code = secret();
    this.#dropExpired(this.#codes);
    this.#codes.set(code, { request, user, expiresAt: this.#clock.now() + 10 * minute });
    return code;
  }

  redeem(code: string): { request: AuthorizationRequest; user: User } | undefined {
    const entry = this.#codes.get(code);
    this.#codes.delete(code);
    return entry !== undefined && entry.expiresAt > this.#clock.now() ? entry : undefined;
  }

  /** @returns a refresh token */
  remember(grant: Grant): string {
    const token = `1.${secret()}${secret()}`;
    this.#grants.set(token, grant);
    return token;
  }

  grantOf(refreshToken: string): Grant | undefined {
    return this.#grants.get(refreshToken);
  }

  /** Remembers that a person signed in to an application for a service, and so gave consent. */
  consent({ user, clientId }: Pick<Grant, 'user' | 'clientId'>, service: Audience | undefined): void {
    this.#consents.add(`${user.objectId} ${clientId} ${service}`);
  }

  hasConsent({ user, clientId }: Pick<Grant, 'user' | 'clientId'>, service: Audience | undefined): boolean {
    return this.#consents.has(`${user.objectId} ${clientId} ${service}`);
  }

  /** After five wrong passwords within a minute, even the right one is rejected until the minute is over. */
  checkPassword(password: string): 'right' | 'wrong' | 'locked' {
    const now = this.#clock.now();
    this.#failures = this.#failures.filter((time) => time > now - minute);
    if (this.#failures.length >= 5) return 'locked';
    if (timingSafeEqual(digest(password), this.#password)) return 'right';
    this.#failures.push(now);
    return 'wrong';
  }

  #dropExpired(entries: Map<string, { expiresAt: number }>): void {
    for (const [key, { expiresAt }] of entries) if (expiresAt <= this.#clock.now()) entries.delete(key);
  }
}

/** Compares two secrets in constant time. */
export function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

/** 256 random bits, safe in URLs. */
export function secret(): string {
  return randomBytes(32).toString('base64url');
}

const minute = 60_000;
// Leaves out letters and digits that look alike.
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

function userCode(): string {
  return Array.from({ length: 9 }, () => letters[randomInt(letters.length)]).join('');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
