import type { Lack } from '../../access/replace/replaceFacts';
import type { JsonObject } from '../../azure/core/json';
import { listOf, objectOf, stringOf } from '../../azure/core/json';

/**
 * Why a resource accepts no identity, as far as its JSON shows.
 * @param type in lowercase
 */
export function lackOf(type: string, json: JsonObject): Lack | undefined {
  const properties = objectOf(json['properties']);
  switch (type) {
    case 'microsoft.documentdb/databaseaccounts': {
      const capabilities = listOf(properties['capabilities']).map((one) => stringOf(objectOf(one)['name']));
      const isOther = capabilities.some((name) =>
        /^Enable(?:Mongo|Table|Cassandra|Gremlin)$/i.test(name ?? ''),
      );
      return isOther || /^(?:MongoDB|Parse)$/i.test(stringOf(json['kind']) ?? '') ? 'nosql' : undefined;
    }
    case 'microsoft.cache/redis': {
      const isOn =
        stringOf(objectOf(properties['redisConfiguration'])['aad-enabled'])?.toLowerCase() === 'true';
      return isOn ? undefined : 'redisSignIn';
    }
    case 'microsoft.cache/redisenterprise':
      return 'managedRedis';
    case 'microsoft.search/searchservices': {
      const accepts = objectOf(properties['authOptions'])['aadOrApiKey'] !== undefined;
      return accepts || properties['disableLocalAuth'] === true ? undefined : 'searchSignIn';
    }
    case 'microsoft.containerregistry/registries': {
      const { status } = objectOf(objectOf(properties['policies'])['azureADAuthenticationAsArmPolicy']);
      return /^disabled$/i.test(stringOf(status) ?? '') ? 'armTokens' : undefined;
    }
    default:
      return undefined;
  }
}
