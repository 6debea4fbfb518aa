import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

// The arrows of the house (CONTRIBUTING.md): a folder may import itself and what stands behind it here.
// 'type:' marks folders of which only types may be imported.
const arrows = {
  azure: [],
  access: ['type:azure'],
  grants: ['access', 'azure'],
  templates: [],
  account: ['azure'],
  ui: ['azure', 'access'],
  tree: ['grants', 'account', 'ui', 'access', 'azure'],
  commands: [
    ...['templates', 'grants', 'account', 'ui', 'access', 'azure'],
    ...['type:tree', 'type:logs', 'type:files', 'type:map'],
  ],
  map: ['grants', 'ui', 'access', 'azure'],
  // What runs in a window has neither vscode nor Node.
  'map/view': ['access', 'map'],
  logs: ['grants', 'account', 'ui', 'access', 'azure'],
  files: ['grants', 'account', 'ui', 'access', 'azure'],
  sandbox: [],
};
const folders = Object.keys(arrows);
const withoutVscode = ['azure', 'access', 'grants', 'templates', 'map/view', 'sandbox'];

const importRules = folders.map((folder) => {
  const allowed = arrows[folder];
  const patterns = folders
    .filter((other) => other !== folder && !allowed.includes(other))
    .map((other) => ({
      group: [`**/${other}/*`, `**/${other}/**`],
      allowTypeImports: allowed.includes(`type:${other}`),
      message: `src/${folder} may not import src/${other}: see the arrows in CONTRIBUTING.md.`,
    }));
  if (folder === 'sandbox')
    patterns.push({
      group: ['@azure/*', '!@azure/identity', '!@azure/keyvault-secrets'],
      message: 'The sandbox is written from the facts, not from the SDKs that test it.',
    });
  const paths = withoutVscode.includes(folder)
    ? [{ name: 'vscode', message: `src/${folder} runs without VS Code.` }]
    : [];
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }] },
  };
});

export default defineConfig(
  { ignores: ['dist/', 'out/', 'node_modules/', 'src/sandbox/data/'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Numbers and booleans print as one expects; the rule is kept for everything else.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // A lone `_` says "not used here" in callbacks whose shape is given.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 330, skipBlankLines: false, skipComments: false }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Mocha's `this` and node's assert functions are used unbound by design.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  ...importRules,
);
