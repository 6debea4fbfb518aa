import type { SecretStore } from './session';

/** What MSAL passes before and after each use of its cache (ICachePlugin, TokenCacheContext of @azure/msal-node). */
interface CacheContext {
  readonly cacheHasChanged: boolean;
  readonly tokenCache: { serialize(): string; deserialize(text: string): void };
}

export interface CachePlugin {
  beforeCacheAccess(context: CacheContext): Promise<void>;
  afterCacheAccess(context: CacheContext): Promise<void>;
}

interface Stored {
  /** Tokens from another run of the sandbox are useless. */
  readonly run: string;
  /** A serialized AuthenticationRecord from @azure/identity. */
  readonly record?: string;
  /** MSAL's caches by name: with and without continuous access evaluation. */
  readonly caches: Readonly<Record<string, string>>;
}

const key = 'keyless.sandbox.session';

/** Keeps the tokens of a sandbox sign-in in VS Code's secret storage, so that they outlive the window. */
export class TokenCache {
  private stored: Promise<Stored> | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly secrets: SecretStore,
    private readonly run: string,
  ) {}

  /** Who signed in to this run of the sandbox, if anyone. */
  async authenticationRecord(): Promise<string | undefined> {
    return (await this.load()).record;
  }

  async keepAuthenticationRecord(record: string): Promise<void> {
    await this.change((stored) => ({ ...stored, record }));
  }

  /** The plugin through which MSAL reads and writes its cache `name`. */
  plugin(name: string): CachePlugin {
    return {
      beforeCacheAccess: async (context) => {
        const text = (await this.load()).caches[name];
        if (text !== undefined) context.tokenCache.deserialize(text);
      },
      afterCacheAccess: async (context) => {
        if (!context.cacheHasChanged) return;
        const text = context.tokenCache.serialize();
        await this.change((stored) => ({ ...stored, caches: { ...stored.caches, [name]: text } }));
      },
    };
  }

  async erase(): Promise<void> {
    await this.writing;
    this.stored = undefined;
    await this.secrets.delete(key);
  }

  private load(): Promise<Stored> {
    return (this.stored ??= this.read());
  }

  private async read(): Promise<Stored> {
    const none = { run: this.run, caches: {} };
    try {
      const stored = JSON.parse((await this.secrets.get(key)) ?? '') as Stored;
      return stored.run === this.run ? stored : none;
    } catch {
      return none;
    }
  }

  /** Runs changes one after another, so that none is lost. */
  private change(edit: (stored: Stored) => Stored): Promise<void> {
    this.writing = this.writing.then(async () => {
      const stored = edit(await this.load());
      this.stored = Promise.resolve(stored);
      await this.secrets.store(key, JSON.stringify(stored));
    });
    return this.writing;
  }
}
