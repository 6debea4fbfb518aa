import type { SandboxContext } from '../context';
import type { Vault } from '../world/world';
import { throttled } from './errors';

const windowMs = 10_000;
/** Documented for secrets and vault operations: rest-error-codes.md of Key Vault (2024). */
const documentedLimit = 4_000;

/** Counts the requests to each vault in windows of ten seconds. */
export class Throttle {
  private readonly windows = new Map<string, { startedAt: number; requests: number }>();

  constructor(private readonly context: SandboxContext) {}

  /** @throws VaultError 429 Throttled */
  count(vault: Vault): void {
    const now = this.context.clock.now();
    let window = this.windows.get(vault.hostName);
    if (window === undefined || now - window.startedAt >= windowMs) {
      window = { startedAt: now, requests: 0 };
      this.windows.set(vault.hostName, window);
    }
    window.requests += 1;
    if (window.requests > (this.context.settings.vaultRequestLimit ?? documentedLimit)) throw throttled();
  }
}
