// The Azure SDK that functions of the sandbox may require without an npm install: bundled into a file of its own.
export * as identity from '@azure/identity';
export * as secrets from '@azure/keyvault-secrets';
