# az as it is, but for the order of two imports: Debian's az 2.45 loads requests in two threads at once when it makes a
# Log Analytics workspace, and one of them finds it half loaded.
import runpy
import sys

import requests  # noqa: F401

sys.argv[0] = 'az'
runpy.run_module('azure.cli', run_name='__main__')
