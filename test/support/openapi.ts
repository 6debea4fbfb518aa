import fs from 'node:fs';
import path from 'node:path';
import { checkRequests, type Exchange } from './evidence/checkRequests';
import { Evidence } from './evidence/evidence';
import { exceptions } from './evidence/exceptions';
import { out, root } from './paths';
import { startGroup } from './processes';
import type { SuiteOutcome, SuiteResults } from './results';

/** Where every sandbox in a test run records its traffic (KEYLESS_TRAFFIC). */
export const trafficFolder = path.join(out, 'traffic');

/** Recorded exchanges of one kind, without duplicates. */
interface Pairs {
  title: string;
  options: string[];
  lines: string[];
}

/**
 * Validates the responses of all sandboxes in the run against Azure's own OpenAPI documents. Key Vault, Authorization,
 * ManagedIdentity and Resource Graph have to match exactly. For other services, deviations that the real services have
 * too are allowed (undocumented properties, null, enum values in another case). Then checks that what Keyless sent has
 * been sent to Azure by others.
 */
export async function runOpenApi(): Promise<SuiteOutcome> {
  const results: SuiteResults = { passed: [], failed: [], skipped: [], unhandled: [] };
  const shared = path.join(root, '../shared');
  const validator = path.join(shared, 'specs/validate.mjs');
  const lines = recordedLines();
  for (const pairs of recordedPairs(lines)) {
    if (!fs.existsSync(validator)) {
      results.skipped.push({
        title: pairs.title,
        reason: "Azure's OpenAPI documents (../shared/specs) aren't available",
      });
      continue;
    }
    const start = Date.now();
    const failures = await validate(validator, pairs);
    if (failures.length === 0) results.passed.push({ title: pairs.title, milliseconds: Date.now() - start });
    else results.failed.push({ title: pairs.title, message: failures.join('\n'), stack: '' });
    console.log(`  ${failures.length === 0 ? '✓' : '✗'} ${pairs.title} (${pairs.lines.length} exchanges)`);
  }
  checkEvidence(shared, lines, results);
  return { results, exitCode: results.failed.length > 0 ? 1 : 0, problems: [] };
}

const evidenceTitle = 'every form that Keyless sends has evidence';

function checkEvidence(shared: string, lines: readonly string[], results: SuiteResults): void {
  const title = evidenceTitle;
  if (!['recordings', 'specs'].every((folder) => fs.existsSync(path.join(shared, folder)))) {
    const reason = "Recorded traffic and Azure's OpenAPI documents (../shared) aren't available";
    results.skipped.push({ title, reason });
    return;
  }
  const start = Date.now();
  const exchanges = lines.map((line) => JSON.parse(line) as Exchange);
  const { requests, unproven, excepted, others } = checkRequests(new Evidence(shared), exceptions, exchanges);
  const problems = requests === 0 ? ['No request of Keyless was recorded.'] : unproven;
  if (problems.length === 0) results.passed.push({ title, milliseconds: Date.now() - start });
  else results.failed.push({ title, message: problems.join('\n'), stack: '' });
  console.log(`  ${problems.length === 0 ? '✓' : '✗'} ${title} (${requests} requests)`);
  const { certain, documented, inferred } = excepted;
  console.log(`    Exceptions: ${certain} certain, ${documented} documented, ${inferred} inferred`);
  const list = path.join(out, 'evidence.txt');
  fs.writeFileSync(list, others.map((line) => `${line}\n`).join(''));
  console.log(`    Other clients send ${others.length} forms without evidence, which is fine: ${list}`);
}

function recordedLines(): string[] {
  if (!fs.existsSync(trafficFolder)) return [];
  return fs
    .readdirSync(trafficFolder)
    .flatMap((file) => fs.readFileSync(path.join(trafficFolder, file), 'utf8').split('\n'))
    .filter(Boolean);
}

function recordedPairs(lines: readonly string[]): Pairs[] {
  const strict = new Map<string, string>();
  const loose = new Map<string, string>();
  for (const line of lines) {
    const pair = JSON.parse(line) as Pair;
    const url = new URL(pair.liveRequest.url);
    if (url.pathname.startsWith('/v1.0/')) continue; // Microsoft Graph, for which there is no document
    if (url.pathname.startsWith('/v1/')) continue; // Application Insights, whose answers aren't recorded
    // Services choose the URL of a running operation themselves. The generic document would treat it as a resource.
    if (
      /^\/subscriptions\/[^/]+\/(providers\/Microsoft\.Storage\/locations\/[^/]+\/)?operationResults\//i.test(
        url.pathname,
      )
    )
      continue;
    if (isOfGateway(pair, url)) continue;
    const same = JSON.stringify([pair.liveRequest.method, url.pathname, pair.liveResponse]);
    (isStrict(url.pathname) && !isOfPolicy(pair) && !keepsCase(pair) && !hasEffect(pair)
      ? strict
      : loose
    ).set(withoutTimes(same), line);
  }
  return [
    {
      title: 'Key Vault, Authorization, ManagedIdentity and Resource Graph',
      options: ['--strict'],
      lines: [...strict.values()],
    },
    { title: 'all other services', options: [], lines: [...loose.values()] },
  ];
}

interface Pair {
  liveRequest: { url: string; method: string };
  liveResponse: { statusCode: string; body?: { error?: { code?: string } } };
}

/** Resource Manager returns Azure Policy's refusal for every service, but no service's document has its properties. */
function isOfPolicy({ liveResponse }: Pair): boolean {
  return liveResponse.body?.error?.code === 'RequestDisallowedByPolicy';
}

/** Vaults return permissions as someone wrote them, in any case (azure-rest-api-specs#42963); the document has one. */
function keepsCase({ liveResponse }: Pair): boolean {
  return /"(?:secrets|keys|certificates|storage)":\["[^\]]*[A-Z]/.test(
    JSON.stringify(liveResponse.body ?? ''),
  );
}

/**
 * Resource Manager itself reports a missing storage account, a subscription that isn't registered for storage, and a missing
 * role. The service's document doesn't describe these errors.
 */
function isOfGateway({ liveResponse }: Pair, { pathname }: URL): boolean {
  const { statusCode } = liveResponse;
  const code = liveResponse.body?.error?.code ?? '';
  const isAccount = /\/providers\/Microsoft\.Storage\/storageAccounts\/[^/]+$/i.test(pathname);
  const isStorage = /\/providers\/Microsoft\.Storage\//i.test(pathname);
  return (
    (isAccount && code === 'ResourceNotFound') ||
    (isStorage && (code === 'MissingSubscriptionRegistration' || code === 'SubscriptionNotFound')) ||
    // The code of a refused `listKeys` is redacted.
    (isStorage && statusCode === '403')
  );
}

/** Newer deny assignments have an effect, which may be only to log (azure-cli#33109). The document is older. */
function hasEffect({ liveResponse }: Pair): boolean {
  return JSON.stringify(liveResponse.body ?? '').includes('"denyAssignmentEffect":');
}

function isStrict(pathname: string): boolean {
  const provider = [...pathname.matchAll(/\/providers\/([^/]+)/gi)].at(-1)?.[1]?.toLowerCase();
  if (!provider) return /^\/+(secrets|deletedsecrets)(\/|$)/i.test(pathname);
  return [
    'microsoft.keyvault',
    'microsoft.authorization',
    'microsoft.managedidentity',
    'microsoft.resourcegraph',
  ].includes(provider);
}

/** Removes request IDs and times, which differ in otherwise identical responses. */
function withoutTimes(text: string): string {
  return text.replace(
    /[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z?|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT|\d{5,}/gi,
    '',
  );
}

/** @returns the problems that the validator found */
async function validate(validator: string, { options, lines }: Pairs): Promise<string[]> {
  if (lines.length === 0) return ['No traffic was recorded.'];
  const file = path.join(trafficFolder, `checked${options.join('')}.jsonl`);
  fs.writeFileSync(file, lines.join('\n'));
  const env = { OAV: path.join(root, 'node_modules/oav') };
  const group = startGroup(process.execPath, [validator, ...options, file], { env });
  const exitCode = await group.exited;
  fs.rmSync(file);
  if (exitCode === 0) return [];
  const findings = summarize(group.output());
  return findings.length > 0
    ? findings
    : [`The validator ended with ${exitCode}\n${group.output().slice(-2000)}`];
}

/** One line for each problem with an operation, instead of one for each exchange. */
function summarize(report: string): string[] {
  const findings = new Set<string>();
  let exchange = '';
  for (const line of report.split('\n')) {
    if (line.startsWith('FAIL ')) exchange = line.replace(/^FAIL +\S+ /, '');
    else if (line.startsWith(' '))
      findings.add(`${exchange.replace(/^(\S+) .* -> (.*)$/, '$1 $2')}: ${line.trim().split(' /')[0] ?? ''}`);
  }
  return [...findings].slice(0, 50);
}
