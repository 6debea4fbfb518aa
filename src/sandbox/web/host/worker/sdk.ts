// The Azure SDK that functions in the sandbox can require without an npm install, bundled into a separate
// file.
export * as identity from '@azure/identity';
export * as secrets from '@azure/keyvault-secrets';
