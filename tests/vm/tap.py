# SPDX-License-Identifier: MIT
"""The Test Anything Protocol: a line for each test as it ends, its reasons behind it."""

import time
import unittest

# Of a line that tells why; reports are long.
REASON_WIDTH = 400


def title(test):
    """test_capture.Capture.test_warn_in_task -> capture: warn in task."""
    method = getattr(test, "_testMethodName", None)
    if not method:
        return str(test)
    module = type(test).__module__.removeprefix("test_").replace("_", " ")
    return f"{module}: {method.removeprefix('test_').replace('_', ' ')}"


class TapResult(unittest.TestResult):
    """Prints; wasSuccessful() tells the rest."""

    def __init__(self):
        super().__init__()
        self._number = 0
        self._reasons = []
        self._began = 0

    def startTest(self, test):
        super().startTest(test)
        self._reasons = []
        self._began = time.monotonic()

    def stopTest(self, test):
        self._print(title(test), self._reasons)
        super().stopTest(test)

    def _print(self, name, reasons):
        self._number += 1
        took = time.monotonic() - self._began
        print(f"{'not ok' if reasons else 'ok'} {self._number} - {name} # {took:.1f} s", flush=True)
        for reason in reasons:
            for line in reason.splitlines():
                print("# " + line[:REASON_WIDTH], flush=True)

    def _add_reason(self, test, error):
        reason = self._exc_info_to_string(error, test)
        # A class that could not be set up is no test that starts and stops.
        if isinstance(test, unittest.TestCase):
            self._reasons.append(reason)
        else:
            self._began = time.monotonic()
            self._print(str(test), [reason])

    def addError(self, test, err):
        super().addError(test, err)
        self._add_reason(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._add_reason(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self._reasons.append(f"{subtest}\n{self._exc_info_to_string(err, test)}")
