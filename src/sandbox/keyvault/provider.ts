import { idKey } from '../arm/ids';
import { methodNotAllowed } from '../arm/errors';
import {
  ArmError,
  resourceNotFound,
  type ArmCall,
  type ArmResource,
  type ResourceProvider,
} from '../arm/provider';
import type { SandboxContext } from '../context';
import type { Answer } from '../server/http';
import type { Vault } from '../world/world';
import { changePolicies, isPolicyOperation, policiesIn, policiesShown, policyJson } from './accessPolicies';
import { answerArmSecrets, jsonObject } from './armSecrets';
import { liesIn, list } from './armList';
import { apiVersions, checkVersion, namespace } from './apiVersions';
import { answerLocation, listDeletedVaults, unknownType } from './deletedVaults';
import { badRequest, objectIn, stringIn, vaultWriteIn, whyInvalidName } from './vaultBody';
import { systemDataOf, vaultJson, vaultProperties } from './vaultJson';
import {
  changesPermissionModel,
  createVault,
  deletedVaults,
  deleteVault,
  isNameTaken,
  recoverVault,
  setAccessPolicies,
  updateVault,
} from './vaults';
import { VaultWrites } from './writes';

/**
 * The resource provider Microsoft.KeyVault, for vaults and their secrets. There are no managed HSMs, and none
 * can be created.
 */
export function createKeyVaultProvider(context: SandboxContext): ResourceProvider {
  const provider = new KeyVaultProvider(context);
  return {
    namespace,
    resourceTypes: ['vaults', 'vaults/secrets', 'vaults/accessPolicies', 'deletedVaults', 'managedHSMs'].map(
      (resourceType) => ({ resourceType, apiVersions }),
    ),
    handle: async (call) => {
      checkVersion(context, call);
      const answer = await provider.answer(call);
      return { ...answer, headers: { 'x-ms-keyvault-service-version': '1.5.1215.0', ...answer.headers } };
    },
    resources: () => [...context.world.vaults.values()].map((vault) => armResource(context, vault)),
    remove: (id) => {
      const vault = context.world.vaults.get(idKey(id));
      // Deleting a resource group soft-deletes its vaults too.
      if (vault !== undefined) deleteVault(context, vault);
    },
  };
}

class KeyVaultProvider {
  private readonly writes: VaultWrites;

  constructor(private readonly context: SandboxContext) {
    this.writes = new VaultWrites(context);
  }

  async answer(call: ArmCall): Promise<Answer> {
    const [type, ...rest] = call.rest;
    switch (type?.toLowerCase()) {
      case 'vaults':
        return rest[0] === undefined ? this.listVaults(call) : this.onVault(call, rest[0], rest.slice(1));
      case 'deletedvaults':
        return listDeletedVaults(this.context, call);
      case 'locations':
        return answerLocation(this.context, call, rest);
      case 'checknameavailability':
        return this.checkName(call);
      case 'managedhsms':
        if (rest[0] !== undefined)
          throw resourceNotFound(`${namespace}/managedHSMs`, rest[0], call.resourceGroup ?? '');
        return { status: 200, json: { value: [] } };
      case 'deletedmanagedhsms':
        return { status: 200, json: { value: [] } };
      default:
        throw unknownType(call);
    }
  }

  private async onVault(call: ArmCall, name: string, rest: string[]): Promise<Answer> {
    const [child, childName, ...more] = rest;
    if (child === undefined) return this.onVaultItself(call, name);
    const vault = this.requireVault(call, name);
    if (more.length > 0) throw unknownType(call);
    switch (child.toLowerCase()) {
      case 'accesspolicies':
        return this.changeAccessPolicies(call, vault, childName);
      case 'secrets':
        return answerArmSecrets(this.context, call, vault, childName, this.writes);
      case 'privateendpointconnections':
        if (call.method !== 'GET' || childName !== undefined) throw unknownType(call);
        return { status: 200, json: { value: [] } };
      default:
        throw unknownType(call);
    }
  }

  private async onVaultItself(call: ArmCall, name: string): Promise<Answer> {
    switch (call.method) {
      case 'GET':
      case 'HEAD':
        return { status: 200, json: vaultJson(this.context, this.requireVault(call, name)) };
      case 'PUT':
        return this.put(call, name);
      case 'PATCH':
        return this.patch(call, name);
      case 'DELETE':
        return this.delete(call, name);
      default:
        throw methodNotAllowed(call.method);
    }
  }

  /** 200 for new and existing vaults alike. Recorded: test_keyvault_public_network_access (2023). */
  private async put(call: ArmCall, name: string): Promise<Answer> {
    const body = await jsonObject(call);
    const place = { id: call.resourceId, name, resourceGroup: call.resourceGroup ?? '' };
    return this.writes.write(place.id, name, () => {
      const existing = this.findVault(call, name);
      const write = vaultWriteIn(body, existing?.tenantId);
      if (existing !== undefined) {
        if (changesPermissionModel(existing, write)) mayAssignRoles(call, existing);
        updateVault(this.context, existing, write, call.caller, true);
        return { status: 200, json: vaultJson(this.context, existing) };
      }
      if (write.createMode === 'recover') {
        const recovered = recoverVault(this.context, place, write, call.caller);
        return { status: 200, json: vaultJson(this.context, recovered) };
      }
      deletedVaults(this.context);
      const created = createVault(this.context, place, write, call.caller, call.apiVersion);
      return { status: 200, json: vaultJson(this.context, created, true) };
    });
  }

  private async patch(call: ArmCall, name: string): Promise<Answer> {
    const vault = this.requireVault(call, name);
    const body = await jsonObject(call);
    return this.writes.write(vault.id, name, () => {
      const write = vaultWriteIn(body, vault.tenantId);
      if (changesPermissionModel(vault, write)) mayAssignRoles(call, vault);
      updateVault(this.context, vault, write, call.caller, false);
      return { status: 200, json: vaultJson(this.context, vault) };
    });
  }

  /** 200 without a body; 204 if the vault doesn't exist. Recorded: test_keyvault_mgmt; 204 documented. */
  private async delete(call: ArmCall, name: string): Promise<Answer> {
    const vault = this.findVault(call, name);
    if (vault === undefined) return { status: 204 };
    return this.writes.write(vault.id, name, () => {
      deleteVault(this.context, vault);
      return { status: 200 };
    });
  }

  private async changeAccessPolicies(
    call: ArmCall,
    vault: Vault,
    operation: string | undefined,
  ): Promise<Answer> {
    if (call.method !== 'PUT')
      // Message: Azure/azure-policy#333. Status and code are inferred.
      throw new ArmError(
        405,
        'DisallowedOperation',
        `The operation '${call.method === 'GET' ? 'Read' : 'Delete'}' is disallowed on resource type vaults/accessPolicies`,
      );
    const how = operation?.toLowerCase() ?? '';
    if (!isPolicyOperation(how))
      throw badRequest(`The access policy operation '${operation ?? ''}' is not supported.`);
    const properties = objectIn(await jsonObject(call), 'properties') ?? {};
    const sent = policiesIn(properties['accessPolicies'], vault.tenantId);
    return this.writes.write(vault.id, vault.name, () => {
      const policies = changePolicies(vault.accessPolicies, how, sent);
      setAccessPolicies(this.context, vault, policies, call.caller);
      return {
        status: 200,
        json: {
          id: `${vault.id}/accessPolicies/`,
          type: `${namespace}/vaults/accessPolicies`,
          properties: { accessPolicies: policiesShown(policies, sent).map(policyJson) },
        },
      };
    });
  }

  private listVaults(call: ArmCall): Answer {
    if (call.method !== 'GET') throw methodNotAllowed(call.method);
    const vaults = [...this.context.world.vaults.values()].filter((vault) => liesIn(vault, call.scope));
    const regionOf = (vault: Vault) => (call.resourceGroup === undefined ? vault.location : '');
    return list(
      call,
      vaults,
      ({ name }) => name.toLowerCase(),
      regionOf,
      (vault) => vaultJson(this.context, vault),
    );
  }

  /** The text for a name that is taken: azure-sdk-for-python test_keyvault (2020). */
  private async checkName(call: ArmCall): Promise<Answer> {
    if (call.method !== 'POST') throw methodNotAllowed(call.method);
    const name = stringIn(await jsonObject(call), 'name') ?? '';
    const why = whyInvalidName(name);
    if (why !== undefined)
      return { status: 200, json: { nameAvailable: false, reason: 'AccountNameInvalid', message: why } };
    if (isNameTaken(this.context, name))
      return {
        status: 200,
        json: {
          nameAvailable: false,
          reason: 'AlreadyExists',
          message: `The name '${name}' is already in use.`,
        },
      };
    return { status: 200, json: { nameAvailable: true } };
  }

  private findVault(call: ArmCall, name: string): Vault | undefined {
    return this.context.world.vaults.get(idKey(`${call.scope}/providers/${namespace}/vaults/${name}`));
  }

  /** @throws ArmError 404, the one of Resource Manager's gateway, if the vault doesn't exist */
  private requireVault(call: ArmCall, name: string): Vault {
    const vault = this.findVault(call, name);
    if (vault === undefined) throw resourceNotFound(`${namespace}/vaults`, name, call.resourceGroup ?? '');
    return vault;
  }
}

/** Changing the permission model voids all access policies, so it requires permission to assign roles. */
function mayAssignRoles(call: ArmCall, vault: Vault): void {
  call.authorize('Microsoft.Authorization/roleAssignments/write', vault.id);
}

function armResource(context: SandboxContext, vault: Vault): ArmResource {
  const { createdAt, lastModifiedAt } = systemDataOf(context, vault);
  return {
    id: vault.id,
    name: vault.name,
    type: vault.type,
    location: vault.location,
    tags: vault.tags ?? {},
    get properties() {
      return vaultProperties(context, vault);
    },
    createdTime: createdAt,
    changedTime: lastModifiedAt,
  };
}
