import { findNodeAtLocation, parse, parseTree } from 'jsonc-parser';
import type { KeyVault } from '../../azure/core/model';
import type { Entry } from './entries';
import { isLaunchFile, isLocalSettings } from './fileKinds';
import type { InputRefusal } from './inputUses';
import { sourcesOf, whyRefused } from './inputUses';
import { withJson } from './jsonEdits';

/** A value in a file. */
export interface Place {
  readonly text: string;
  readonly path: string;
  readonly entry: Entry;
}

/** A file whose value became a secret of a key vault. */
export interface Moved {
  /**
   * What the file has in place of the value: a Key Vault reference, which Core Tools resolve (`localReference`) or only App
   * Service does; an input of VS Code; or a reference of a parameter for deployments.
   */
  readonly kind: 'localReference' | 'reference' | 'input' | 'parameter';
  readonly text: string;
}

type Vault = Pick<KeyVault, 'id' | 'vaultUri'>;

/** The command that an input of launch.json or tasks.json names. */
export const inputCommand = 'keyless.secretValue';

/** What a file gets in place of a value that is now in a key vault. Without a version, so that a rotated secret is found. */
export function afterMove(place: Place, vault: Vault, secretName: string): Moved {
  const { text, path, entry } = place;
  const uri = uriOf(vault, secretName);
  if (isLaunchFile(path)) return { kind: 'input', text: withInput(place, secretName, uri) };
  const [section, parameter, member] = entry.path ?? [];
  // Microsoft Learn: Use Azure Key Vault to pass a secret as a parameter during deployment.
  if (section === 'parameters' && member === 'value' && entry.path?.length === 3) {
    const location = [section, parameter ?? ''];
    const reference = { keyVault: { id: vault.id }, secretName };
    return { kind: 'parameter', text: withJson(text, location, { reference }) };
  }
  const reference = `@Microsoft.KeyVault(SecretUri=${uri})`;
  const isResolved = isLocalSettings(path) && section === 'Values';
  return {
    kind: isResolved ? 'localReference' : 'reference',
    text: text.slice(0, entry.start) + reference + text.slice(entry.end),
  };
}

/** Why the input that a launch.json or tasks.json got can't be filled in. */
export function refusedUse(
  text: string,
  path: string,
  secretName: string,
  vault: Vault,
): InputRefusal | undefined {
  const content = parse(text, [], { allowTrailingComma: true }) as Record<string, unknown> | undefined;
  const section = /launch\.json$/i.test(path) ? 'launch' : 'tasks';
  const uri = uriOf(vault, secretName);
  const isAsked = (args: unknown) => JSON.stringify(args) === JSON.stringify({ secret: uri });
  return whyRefused(sourcesOf(section, content, []), inputCommand, isAsked);
}

function uriOf({ vaultUri }: Vault, secretName: string): string {
  return `${vaultUri.replace(/\/+$/, '')}/secrets/${secretName}`;
}

function withInput({ text, entry }: Place, secretName: string, uri: string): string {
  const changed = `${text.slice(0, entry.start)}\${input:${secretName}}${text.slice(entry.end)}`;
  const input = { id: secretName, type: 'command', command: inputCommand, args: { secret: uri } };
  const tree = parseTree(changed, [], { allowTrailingComma: true });
  const inputs = tree && findNodeAtLocation(tree, ['inputs']);
  if (inputs?.type !== 'array') return withJson(changed, ['inputs'], [input]);
  const known = (inputs.children ?? []).some((_, index) => {
    const id = findNodeAtLocation(inputs, [index, 'id']);
    return id?.value === secretName;
  });
  // An input of this name is the one of an earlier move, or refusedUse finds that it isn't.
  return known ? changed : withJson(changed, ['inputs', inputs.children?.length ?? 0], input);
}
