# Runs az unchanged except for the order of two imports. When Debian's az 2.45 creates a Log Analytics workspace, it loads
# requests in two threads at once, and one of them finds it half loaded.
import runpy
import sys

import requests  # noqa: F401

sys.argv[0] = 'az'
runpy.run_module('azure.cli', run_name='__main__')
