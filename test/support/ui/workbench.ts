import fs from 'node:fs';
import path from 'node:path';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import type { CodeServer } from '../host/codeServer';
import { temporaryFolder } from '../processes';
import { startServer, type Server, type ServerOptions } from '../host/server';
import { ensureSystemPackages, findProgram } from '../host/systemPackages';

type Theme = 'light' | 'dark' | 'highContrast' | 'highContrastLight';

export interface WorkbenchOptions extends ServerOptions {
  theme?: Theme;
  viewport?: { width: number; height: number };
  /** The absolute path of a built extension's folder to run it from. */
  extensionDevelopmentPath?: string;
  /** VS Code calls this module's run() in the extension host and then codeAutomationExit in the page. */
  extensionTestsPath?: string;
  /** Like `code --log`, for example `keyless.keyless:trace`. */
  logLevel?: string;
  browser?: BrowserContextOptions;
  /** The Chromium to open it in, which stays open afterward. By default a separate one. */
  chromium?: Browser;
  /** Called before the workbench loads. */
  prepare?: (page: Page) => Promise<void>;
}

/** A window of the web workbench in Chromium, on a separate server. */
export interface Workbench {
  server: Server;
  context: BrowserContext;
  page: Page;
  /** The page's console output and errors. */
  console: string[];
  close(): Promise<void>;
}

export async function openWorkbench(host: CodeServer, options: WorkbenchOptions = {}): Promise<Workbench> {
  const theme = options.theme ?? 'dark';
  const server = await startServer(host, {
    ...options,
    settings: {
      'workbench.colorTheme': themeId(host, theme),
      'window.autoDetectColorScheme': false,
      ...options.settings,
    },
  });
  let own: RunningChromium | undefined;
  let context: BrowserContext | undefined;
  const close = async () => {
    await context?.close().catch(() => undefined);
    await own?.close();
    await server.stop();
  };
  try {
    const chromium = options.chromium ?? (own = await startChromium()).browser;
    context = await chromium.newContext({
      viewport: options.viewport ?? { width: 1280, height: 800 },
      colorScheme: /light/i.test(theme) ? 'light' : 'dark',
      reducedMotion: 'reduce',
      ignoreHTTPSErrors: true, // browsers don't know the certificate of the sandbox's pages
      ...options.browser,
    });
    const origin = `http://127.0.0.1:${server.port}`;
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
    const page = await context.newPage();
    const console = recordConsole(page);
    await useDevelopmentOptions(page, server, options);
    await options.prepare?.(page);
    await page.goto(server.url({ folder: server.workspace, payload: payloadOf(options) }));
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    return { server, context, page, console, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface RunningChromium {
  browser: Browser;
  close(): Promise<void>;
}

/** Starts a Chromium with a separate folder, which is removed when it closes. */
export async function startChromium(): Promise<RunningChromium> {
  const home = temporaryFolder('browser');
  try {
    const browser = await launchChromium(home.path);
    const close = async () => {
      await browser.close().catch(() => undefined);
      home.remove();
    };
    return { browser, close };
  } catch (error) {
    home.remove();
    throw error;
  }
}

/**
 * Launches Debian's Chromium or the one that CHROMIUM names.
 * @param folder for its traces, and used instead of the user's home for crash reports
 */
export async function launchChromium(folder: string): Promise<Browser> {
  await ensureSystemPackages(['chromium']);
  fs.mkdirSync(folder, { recursive: true });
  return chromium.launch({
    executablePath: findProgram('chromium') ?? '',
    args: [
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
    tracesDir: folder,
    env: { ...process.env, HOME: folder },
    handleSIGINT: false, // this program handles signals itself
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** The parts of the page that init scripts use, because programs for Node don't have the DOM's types. */
declare const document: {
  readyState: string;
  addEventListener(type: string, listener: () => void): void;
  getElementById(
    id: string,
  ): { getAttribute(name: string): string | null; setAttribute(name: string, value: string): void } | null;
};

/** Theme names differ between versions. For example, "Default Dark Modern" became "Dark Modern". */
function themeId(host: CodeServer, theme: Theme): string {
  const name = {
    light: 'Light Modern',
    dark: 'Dark Modern',
    highContrast: 'High Contrast',
    highContrastLight: 'High Contrast Light',
  }[theme];
  const manifest = fs.readFileSync(path.join(host.folder, 'extensions/theme-defaults/package.json'), 'utf8');
  const { contributes } = JSON.parse(manifest) as { contributes: { themes: { id: string }[] } };
  return contributes.themes.map(({ id }) => id).find((id) => id === name || id === `Default ${name}`) ?? name;
}

function payloadOf({ logLevel }: WorkbenchOptions): string {
  return JSON.stringify([['skipWelcome', 'true'], ...(logLevel ? [['logLevel', logLevel]] : [])]);
}

function recordConsole(page: Page): string[] {
  const lines: string[] = [];
  page.on('console', (message) => lines.push(`${message.type()} ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`pageerror ${error.message}`));
  return lines;
}

/**
 * A built VS Code accepts development and test paths in its URL only with --enable-smoke-test-driver, which suppresses
 * notifications. So this adds them to the workbench's configuration in the page (IDevelopmentOptions) before its script
 * runs. It can't use page.route(), because the workbench's WebSockets fail while requests are intercepted.
 */
async function useDevelopmentOptions(page: Page, server: Server, options: WorkbenchOptions): Promise<void> {
  if (!options.extensionDevelopmentPath) return;
  const uri = (file: string) => ({
    $mid: 1,
    scheme: 'vscode-remote',
    authority: `127.0.0.1:${server.port}`,
    path: file,
  });
  const development = {
    extensions: [uri(options.extensionDevelopmentPath)],
    ...(options.extensionTestsPath ? { extensionTestsPath: uri(options.extensionTestsPath) } : {}),
  };
  await page.addInitScript((settings) => {
    document.addEventListener('readystatechange', () => {
      const meta = document.getElementById('vscode-workbench-web-configuration');
      if (document.readyState !== 'interactive' || !meta) return;
      const configuration = JSON.parse(meta.getAttribute('data-settings') ?? '{}') as {
        developmentOptions?: object;
      };
      configuration.developmentOptions = { ...configuration.developmentOptions, ...settings };
      meta.setAttribute('data-settings', JSON.stringify(configuration));
    });
  }, development);
}
