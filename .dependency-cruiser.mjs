// Which folder may import which, for static imports, `import()` and types alike. `npm run lint` runs it, and
// test/unit/imports.test.ts holds the list in CONTRIBUTING.md against `arrows`.

/** A folder may import itself and the folders listed here; of those marked `type:`, types only. */
export const arrows = {
  'azure/core': [],
  'azure/directory': ['azure/core'],
  'azure/explain': ['azure/core'],
  'azure/resources': ['azure/core'],
  'azure/keyVault': ['azure/core', 'azure/resources'],
  'azure/appService': ['azure/core', 'azure/directory', 'azure/explain', 'azure/resources', 'azure/keyVault'],
  'azure/logs': ['azure/core', 'azure/directory', 'azure/explain', 'azure/appService'],
  access: ['type:azure'],
  account: ['azure'],
  changes: ['access', 'azure'],
  inventory: ['account', 'access', 'azure'],
  grants: ['changes', 'inventory', 'account', 'access', 'azure'],
  templates: [],
  // What the pages of all webviews share; `view` folders run in the page, where there is neither VS Code nor Node.
  'webview/view': [],
  webview: [],
  ui: ['changes', 'inventory', 'account', 'access', 'azure'],
  'reports/model': [],
  'reports/view': ['webview', 'webview/view', 'reports', 'reports/model'],
  reports: ['webview', 'reports/model', 'ui', 'account', 'azure'],
  'keys/model': ['type:access'],
  'keys/view': ['webview', 'webview/view', 'keys', 'keys/model'],
  keys: ['webview', 'keys/model', 'ui', 'inventory', 'account', 'access', 'azure'],
  'map/model': ['access', 'azure'],
  'map/view': ['webview', 'webview/view', 'map', 'access'],
  map: ['webview', 'grants', 'ui', 'changes', 'inventory', 'account', 'access', 'azure'],
  tree: ['grants', 'ui', 'changes', 'inventory', 'account', 'access', 'azure'],
  logs: ['grants', 'ui', 'changes', 'inventory', 'account', 'access', 'azure'],
  files: ['grants', 'ui', 'changes', 'inventory', 'account', 'access', 'azure'],
  commands: [
    ...['type:map', 'type:tree', 'type:logs', 'type:files', 'type:reports', 'type:keys', 'type:workspace'],
    ...['workspace/model', 'grants', 'ui', 'templates', 'changes', 'inventory', 'account', 'access', 'azure'],
  ],
  'workspace/model': ['access', 'type:azure'],
  workspace: ['workspace/model', 'ui', 'inventory', 'account', 'access', 'azure'],
  sandbox: [],
};

/** Folders that work without VS Code. */
export const withoutVscode = [
  ...['azure', 'access', 'changes', 'inventory', 'grants', 'templates', 'map/model', 'map/view', 'sandbox'],
  ...['reports/model', 'reports/view', 'keys/model', 'keys/view', 'webview/view', 'workspace/model'],
];

const folders = Object.keys(arrows);

function arrowRules(folder) {
  // A folder inside a listed one has its own rules.
  const inner = folders.filter((other) => other.startsWith(`${folder}/`));
  const from = { path: `^src/${folder}/`, pathNot: inner.map((other) => `^src/${other}/`) };
  const values = arrows[folder].filter((arrow) => !arrow.startsWith('type:'));
  const types = arrows[folder].filter((arrow) => arrow.startsWith('type:')).map((arrow) => arrow.slice(5));
  const within = (names) => names.map((name) => `^src/${name}/`);
  return [
    {
      name: `arrows-of-${folder}`,
      comment: `src/${folder} may import only ${arrows[folder].join(', ') || 'itself'} (CONTRIBUTING.md).`,
      severity: 'error',
      from,
      to: { path: '^src/', pathNot: within([folder, ...values, ...types]) },
    },
    {
      name: `types-for-${folder}`,
      comment: `src/${folder} may import types only from ${types.join(', ')} (CONTRIBUTING.md).`,
      severity: 'error',
      from,
      to: {
        path: within(types),
        // A folder inside one of them may have an arrow of its own.
        ...(values.length > 0 ? { pathNot: within(values) } : {}),
        dependencyTypesNot: ['type-only'],
      },
    },
  ].filter(({ to }) => to.path.length > 0);
}

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other, types included, want a third one below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'without-vscode',
      comment: `These folders work without VS Code: ${withoutVscode.join(', ')}.`,
      severity: 'error',
      from: { path: withoutVscode.map((folder) => `^src/${folder}/`) },
      to: { path: '(^|/)vscode(/|$)' },
    },
    {
      name: 'sandbox-without-sdks',
      comment: 'The sandbox is written from the facts, not from the SDKs that test it.',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: '@azure/', pathNot: '@azure/(identity|keyvault-secrets)/' },
    },
    {
      name: 'resolvable',
      comment: 'A module that is not found can hide an arrow.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
    ...folders.flatMap(arrowRules),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
