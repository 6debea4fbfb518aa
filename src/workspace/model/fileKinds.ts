/** How the names and values in a file are written. */
export type FileFormat = 'json' | 'env' | 'text';

/** Files of a Functions project that are checked without being asked: small, few, and the usual place of secrets. */
export const configurationFiles: readonly string[] = [
  ...['local.settings.json', '*.local.settings.json', 'host.json', 'secrets.json', 'appsettings*.json'],
  ...['.env', '.env.*', '*.env', '*.bicepparam', '*.parameters.json', 'azuredeploy*.json'],
  ...['.vscode/launch.json', '.vscode/tasks.json', '.vscode/settings.json', 'Properties/launchSettings.json'],
  ...['*.PublishSettings', '*.pubxml.user', 'local.settings.json.bak'],
];

/** What else a search of the whole workspace reads. */
export const otherFiles: readonly string[] = [
  ...['*.bicep', '*.tf', '*.tfvars', 'terraform.tfstate*', '*.http', '*.rest', '*.ipynb', '*.config'],
  ...['docker-compose*.yml', 'docker-compose*.yaml', 'compose.yml', 'compose.yaml', 'Dockerfile'],
  ...['.github/workflows/*.yml', '.github/workflows/*.yaml', 'azure-pipelines*.yml', 'values*.yaml'],
  ...['*.cs', '*.fs', '*.js', '*.mjs', '*.cjs', '*.ts', '*.py', '*.java', '*.ps1', '*.sh', '*.go', '*.json'],
  ...['*.yml', '*.yaml', '*.properties', '*.xml', '*.bak'],
];

/** A search looks at no more files than this, and at no file that is larger. */
export const searchLimits = { files: 5000, bytes: 512 * 1024 } as const;

/** Folders of packages and of what builds write. */
const otherFolders = [
  ...['node_modules', '.git', 'bin', 'obj', 'dist', 'out', 'target'],
  ...['.venv', 'venv', '__pycache__', '.python_packages'],
];

/** A pattern for VS Code that fits the files that aren't looked for. */
export const neverSearched = `**/{${otherFolders.join(',')}}/**`;

/** Whether {@link neverSearched} fits. @param path with slashes, in a folder of the workspace */
export function isNeverSearched(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((folder) => otherFolders.includes(folder));
}

/** A pattern for VS Code that fits files with these names in any folder. */
export function patternOf(names: readonly string[]): string {
  return `**/{${names.join(',')}}`;
}

/** @param path with slashes, of any file system */
export function formatOf(path: string): FileFormat {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (/\.(?:json|ipynb|tfstate)(?:\.bak)?$|\.tfstate\.|\.jsonc$/.test(name)) return 'json';
  return /^\.env(?:\.|$)|\.env$|\.properties$/.test(name) ? 'env' : 'text';
}

/** The quotes within which a backslash escapes, in a file that isn't JSON. */
export function quotesThatEscape(path: string): string {
  if (/\.(?:[cm]?[jt]s|py)$/i.test(path)) return `"'${/\.py$/i.test(path) ? '' : '`'}`;
  if (/\.bicep(?:param)?$/i.test(path)) return "'";
  return /\.(?:cs|fs|java|go|tf|tfvars|ya?ml|sh)$/i.test(path) ? '"' : '';
}

/** Whether Azure Functions Core Tools read this file, which resolve Key Vault references in it. */
export function isLocalSettings(path: string): boolean {
  return /(?:^|\/)local\.settings\.json$/i.test(path);
}

/** Whether VS Code starts processes with what this file says, and fills in its inputs. */
export function isLaunchFile(path: string): boolean {
  return /(?:^|\/)\.vscode\/(?:launch|tasks)\.json$/i.test(path);
}
