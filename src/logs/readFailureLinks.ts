import * as vscode from 'vscode';
import type { ReadFailure } from '../azure/keyVault/readFailures';
import { linesAfter, linesBefore, ReadFailureFinder, readFailureIn } from '../azure/keyVault/readFailures';
import { fileName } from '../ui/text';
import { logScheme } from './logDocuments';
import type { LogStreamInfo } from './target';
import { channelTitle } from './target';

/** A line of a log with a link, as the arguments of the link's command. */
export interface LoggedFailure {
  /** The stream's key. */
  readonly stream: string;
  readonly failure: ReadFailure;
}

/** A log can repeat the same failure without end. */
const mostLinks = 200;

/** Links the lines of a stream's channel that say why a secret couldn't be read to *Why Can't It Read?*. */
export function readFailureLinks(
  document: vscode.TextDocument,
  streams: readonly LogStreamInfo[],
): vscode.DocumentLink[] {
  const title = titleOf(document.uri);
  const stream = streams.find(({ name }) => fileName(channelTitle(name)) === title);
  return stream ? linksIn(document.getText().split('\n'), stream.key) : [];
}

function linksIn(lines: readonly string[], stream: string): vscode.DocumentLink[] {
  const links: vscode.DocumentLink[] = [];
  for (let at = lines.length - 1; at >= 0 && links.length < mostLinks; at--) {
    const place = readFailureIn(lines[at] ?? '');
    const failure = place && failureAt(lines, at);
    if (!failure) continue;
    const range = new vscode.Range(at, place.start, at, place.start + place.text.length);
    const logged: LoggedFailure = { stream, failure };
    const target = `keyless.explainReadFailure?${encodeURIComponent(JSON.stringify([logged]))}`;
    const link = new vscode.DocumentLink(range, vscode.Uri.parse(`command:${target}`));
    link.tooltip = vscode.l10n.t("Why Can't It Read?");
    links.push(link);
  }
  return links;
}

/** The failure that begins in a line. Other failures before it are left out. */
function failureAt(lines: readonly string[], at: number): ReadFailure | undefined {
  const context = lines.slice(Math.max(0, at - linesBefore), at).filter((line) => !readFailureIn(line));
  return new ReadFailureFinder().push([...context, ...lines.slice(at, at + linesAfter + 1)])[0];
}

/** As a file name. VS Code names an output channel `extension-output-<extension>-#<number>-<title>` (mainThreadOutputService.ts). */
function titleOf({ scheme, path }: vscode.Uri): string {
  return scheme === logScheme
    ? path.slice(path.lastIndexOf('/') + 1).replace(/\.log$/, '')
    : fileName(/#\d+-(.*)$/.exec(path)?.[1] ?? '');
}
