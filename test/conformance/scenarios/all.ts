import type { Scenario } from '../kit/run';
import { access } from './access';
import { create } from './create';
import { deleteAndRecover } from './delete';
import { files } from './files';
import { functions } from './functions';
import { identities } from './identities';
import { logs } from './logs';
import { readEverything } from './read';
import { readBack } from './readBack';
import { secrets } from './secrets';

/** In their order: each needs what those before it created. */
export const scenarios: readonly Scenario[] = [
  ...[readEverything, create, identities, secrets, files, functions, access, logs, readBack],
  deleteAndRecover,
];
