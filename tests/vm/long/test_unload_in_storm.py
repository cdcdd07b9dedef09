# SPDX-License-Identifier: MIT
"""The module comes and goes while reports are printed in all contexts of all CPUs."""

import genl
import guest
from storm import ROUNDS, StormTest, raging


class UnloadInStorm(StormTest):
    """A load or unload waits for all CPUs, and takes seconds where they print without an end."""

    def test_again_and_again_in_a_storm_of_all_contexts(self):
        captured = []
        with raging():
            for enough in range(ROUNDS):
                with guest.module(), genl.Socket() as socket:
                    guest.wait_until(lambda: socket.status()["ENDED"] > enough, "reports")
                    captured.append(socket.status()["ENDED"])
        print(f"# captured before each unload: {captured}", flush=True)
