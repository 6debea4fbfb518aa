# Runs az unchanged except for one attribute. Debian's az 2.45 reads `config` of the authorization clients, but Debian's
# newer SDK calls it `_config`, so every `az role` command would fail before sending anything.
import runpy
import sys

import azure.cli.command_modules.role._client_factory as factory

make_clients = factory._auth_client_factory


def with_config(*args, **named):
    clients = make_clients(*args, **named)
    for group in (clients.role_assignments, clients.role_definitions):
        if not hasattr(group, 'config'):
            type(group).config = property(lambda self: self._config)
    return clients


factory._auth_client_factory = with_config
sys.argv[0] = 'az'
runpy.run_module('azure.cli', run_name='__main__')
