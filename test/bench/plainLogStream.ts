import fs from 'node:fs';
import https from 'node:https';
import { PlainClient } from '../integration/plainClient';
import type { SandboxReady } from '../support/sandbox';

/** Reads an app's log stream without Keyless, for comparison. Resolves when connected. */
export async function followStream(
  ready: SandboxReady,
  app: string,
  onLine: (line: string) => void,
): Promise<{ close(): void }> {
  const token = await new PlainClient(ready).token('https://appservice.azure.com/.default');
  const host = `${app}.scm.localhost`;
  return new Promise((resolve, reject) => {
    const request = https.get(
      {
        hostname: '127.0.0.1',
        servername: host,
        port: ready.scmPort,
        path: '/api/logstream',
        headers: { host: `${host}:${ready.scmPort}`, authorization: `Bearer ${token}` },
        ca: fs.readFileSync(ready.caCertificateFile),
        agent: false,
      },
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`The log stream returned ${response.statusCode}.`));
        let rest = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          lines.forEach(onLine);
        });
        resolve({ close: () => request.destroy() });
      },
    );
    request.on('error', reject);
  });
}
