"""An emulator of the platform's protocol: standard library, loopback only, faults on request.

    with Emulator() as platform:
        dataset = platform.store.add_dataset()
        platform.fault("POST", r"/items/.*/annotations", after="reset")     # stored, and the answer is lost
        remote = Remote(platform.url, platform.token)

`store.py` holds what there is, `queries.py` answers queries, `routes.py` has the endpoints, `faults.py`
what goes wrong, `server.py` speaks HTTP.
"""

from tests.emulator.faults import Fault
from tests.emulator.server import Emulator
from tests.emulator.store import Store

__all__ = ["Emulator", "Fault", "Store"]
