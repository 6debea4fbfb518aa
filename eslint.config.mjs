import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const moduleState = [
  'Program > VariableDeclaration[kind="let"]',
  'Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
  'Program > VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^(WeakMap|WeakSet)$/]',
  'Program > VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^(Map|Set)$/][arguments.length=0]',
  'PropertyDefinition[static=true][readonly=false]',
].map((selector) => ({
  selector,
  message: 'State belongs to an object that somebody owns, such as the connection, not to a module.',
}));

const longCalls = {
  selector: 'CallExpression[callee.property.name=/^(push|unshift|min|max)$/] > SpreadElement',
  message: "A service's list can be longer than a call's arguments: use a loop, concat, or reduce.",
};

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
      'max-lines': ['error', 300],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    // The sandbox is a program of its own, and so is the page of a webview.
    ignores: ['src/sandbox/**', 'src/{keys,map,reports,webview}/view/**'],
    rules: {
      'no-restricted-syntax': ['error', ...moduleState],
    },
  },
  {
    files: ['src/{azure,access,inventory,grants}/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...moduleState, longCalls],
    },
  },
  {
    files: ['src/commands/*/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...moduleState,
        longCalls,
        {
          selector: 'TSTypeAnnotation > TSTypeReference[typeName.name="Services"]',
          message: "A command names the services that it uses: Pick<Services, 'inventory' | 'log'>.",
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Mocha's `this` and node's assert functions are used unbound by design.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
