# Runs az unchanged except for one module. Debian's az 2.45 needs azure.keyvault.v7_0 for every `az keyvault secret`
# command, but Debian doesn't package it. Debian does package Microsoft's newer client (azure.keyvault.secrets), which has
# the same operations of version 7.0. They are put where az looks for them, so that client sends the requests.
import re
import runpy
import sys
import types

import azure.keyvault
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.keyvault.secrets import SecretClient
from azure.keyvault.secrets._generated.v7_0 import models


class KeyVaultAuthentication:
    """Gets tokens from az."""

    def __init__(self, get_token):
        self._get_token = get_token

    def get_token(self, *scopes, **_named):
        resource = re.sub(r'/\.default$', '', scopes[0])
        _scheme, token, details = self._get_token(None, resource, None)
        return AccessToken(token, int(details.get('expires_on') or details.get('expiresOn') or 0))


class KeyVaultClient:
    def __init__(self, credentials, api_version=None):
        self._credentials = credentials

    def _client(self, vault_base_url):
        # This client compares host names including ports, so a vault with a port never matches the resource.
        client = SecretClient(vault_base_url, self._credentials, api_version='7.0', verify_challenge_resource=False)
        return client._client

    def get_secrets(self, vault_base_url, maxresults=None, **operation_config):
        """List secrets in a specified key vault."""
        return list(self._client(vault_base_url).get_secrets(vault_base_url, maxresults=maxresults))

    def get_secret_versions(self, vault_base_url, secret_name, maxresults=None, **operation_config):
        """List all versions of the specified secret."""
        return list(self._client(vault_base_url).get_secret_versions(vault_base_url, secret_name, maxresults=maxresults))

    def set_secret(self, vault_base_url, secret_name, value, tags=None, content_type=None, secret_attributes=None, **operation_config):
        """Sets a secret in a specified key vault."""
        parameters = models.SecretSetParameters(
            value=value, tags=tags, content_type=content_type, secret_attributes=secret_attributes)
        return self._client(vault_base_url).set_secret(vault_base_url, secret_name, parameters)

    def get_secret(self, vault_base_url, secret_name, secret_version, **operation_config):
        """Get a specified secret from a given key vault."""
        return self._client(vault_base_url).get_secret(vault_base_url, secret_name, secret_version or '')

    def update_secret(self, vault_base_url, secret_name, secret_version, content_type=None, secret_attributes=None, tags=None, **operation_config):
        """Updates the attributes associated with a specified secret in a given key vault."""
        parameters = models.SecretUpdateParameters(
            tags=tags, content_type=content_type, secret_attributes=secret_attributes)
        return self._client(vault_base_url).update_secret(vault_base_url, secret_name, secret_version or '', parameters)

    def delete_secret(self, vault_base_url, secret_name, **operation_config):
        """Deletes a secret from a specified key vault."""
        return self._client(vault_base_url).delete_secret(vault_base_url, secret_name)

    def recover_deleted_secret(self, vault_base_url, secret_name, **operation_config):
        """Recovers the deleted secret to the latest version."""
        return self._client(vault_base_url).recover_deleted_secret(vault_base_url, secret_name)


class KeyVaultIdentifier:
    """https://VAULT/COLLECTION/NAME[/VERSION]"""

    def __init__(self, uri, collection):
        self.vault, kind, self.name, self.version = re.match(r'(https://[^/]+)/(\w+)/([^/]+)(?:/(\w+))?$', uri).groups()
        if kind != collection:
            raise ValueError('not one of ' + collection)


def module(name, **members):
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made
    return made


models.KeyVaultErrorException = HttpResponseError
azure.keyvault.KeyVaultAuthentication = KeyVaultAuthentication
azure.keyvault.KeyVaultClient = KeyVaultClient
module('azure.keyvault.key_vault_client', KeyVaultClient=KeyVaultClient)
module('azure.keyvault.key_vault_id', KeyVaultIdentifier=KeyVaultIdentifier)
client = module('azure.keyvault.v7_0.key_vault_client', KeyVaultClient=KeyVaultClient)
sys.modules['azure.keyvault.v7_0.models'] = models
module('azure.keyvault.v7_0', models=models, key_vault_client=client, __path__=[])

sys.argv[0] = 'az'
runpy.run_module('azure.cli', run_name='__main__')
