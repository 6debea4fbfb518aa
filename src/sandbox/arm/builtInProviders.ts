import { createAuthorization } from '../authorization/provider';
import { createContainerApps } from '../containerapps/provider';
import { createComponents } from '../insights/provider';
import { createManagedIdentity } from '../msi/provider';
import { createCaches } from '../redis/provider';
import { createRegistries } from '../registry/provider';
import { createWorkspaces } from '../operationalinsights/provider';

/** Resource providers that need nothing but the context. */
export const builtInProviders = [
  createManagedIdentity,
  createAuthorization,
  createContainerApps,
  createComponents,
  createWorkspaces,
  createCaches,
  createRegistries,
] as const;
