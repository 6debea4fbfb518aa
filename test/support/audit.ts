import { spawnSync } from 'node:child_process';
import { root } from './paths';
import type { SuiteOutcome } from './results';

interface Report {
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: string; readonly via: readonly unknown[] }>
  >;
}

/** What `npm audit --json` says. */
export type Audit =
  | { readonly kind: 'clean' }
  | { readonly kind: 'advisories'; readonly lines: readonly string[] }
  | { readonly kind: 'unanswered'; readonly reason: string };

/** Reads the output of `npm audit --json`: its own report, or why the registry gave none. */
export function auditOf(output: string): Audit {
  let report: Report & { readonly message?: string; readonly error?: { readonly summary?: string } };
  try {
    report = JSON.parse(output) as typeof report;
  } catch {
    return { kind: 'unanswered', reason: 'npm audit wrote no report' };
  }
  if (report.vulnerabilities === undefined) {
    const why = (report.error?.summary ?? '') || (report.message ?? 'no reason');
    return { kind: 'unanswered', reason: why.replace(/ - [A-Z]+ https?:\S+/, '') };
  }
  const lines = Object.entries(report.vulnerabilities).map(([name, { severity, via }]) => {
    const titles = via.map((one) => (typeof one === 'string' ? `through ${one}` : titleOf(one)));
    return `${name} (${severity}): ${titles.join('; ')}`;
  });
  return lines.length === 0 ? { kind: 'clean' } : { kind: 'advisories', lines };
}

function titleOf(advisory: unknown): string {
  const { title, url } = advisory as { title?: string; url?: string };
  return [title, url].filter(Boolean).join(' ');
}

/** Fails if a package that users get has a known advisory. Skipped where the registry doesn't answer. */
export function runAudit(): SuiteOutcome {
  const title = 'packages that users get have no known advisory';
  const options = { cwd: root, encoding: 'utf8', timeout: 120_000 } as const;
  // Null if npm can't be started.
  const output = spawnSync('npm', ['audit', '--omit=dev', '--json'], options).stdout as string | null;
  const audit = auditOf(output ?? '');
  const nothing = { passed: [], failed: [], skipped: [], unhandled: [] };
  switch (audit.kind) {
    case 'clean':
      console.log(`  ✓ ${title}`);
      return { results: { ...nothing, passed: [{ title, milliseconds: 0 }] }, exitCode: 0, problems: [] };
    case 'unanswered': {
      const reason = `the registry doesn't answer an audit: ${audit.reason}`;
      return { results: { ...nothing, skipped: [{ title, reason }] }, exitCode: 0, problems: [] };
    }
    case 'advisories': {
      const failure = { title, message: audit.lines.join('\n'), stack: '' };
      return { results: { ...nothing, failed: [failure] }, exitCode: 1, problems: [] };
    }
  }
}
