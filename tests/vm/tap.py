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
    """Prints the plan, then each test; finish() those that never ran."""

    def __init__(self, titles):
        super().__init__()
        self._waiting = titles
        self._number = 0
        self._reasons = []
        self._began = 0
        print(f"1..{len(titles)}", flush=True)

    def startTest(self, test):
        super().startTest(test)
        self._reasons = []
        self._began = time.monotonic()

    def stopTest(self, test):
        took = f"{time.monotonic() - self._began:.1f} s"
        self._print(title(test), self._reasons, took)
        super().stopTest(test)

    def finish(self):
        """True if every test of the plan passed."""
        for name in list(self._waiting):
            self._print(name, ["It did not run."], "")
        return self.wasSuccessful() and self._number > 0

    def _print(self, name, reasons, took):
        self._waiting.remove(name)
        self._number += 1
        verdict = "not ok" if reasons else "ok"
        print(f"{verdict} {self._number} - {name} # {took}", flush=True)
        for reason in reasons:
            _comment(reason)

    def _take_reason(self, test, reason):
        # A class that cannot be set up is no test; its tests are among those that do not run.
        if isinstance(test, unittest.TestCase):
            self._reasons.append(reason)
        else:
            _comment(f"{test}\n{reason}")

    def addError(self, test, err):
        super().addError(test, err)
        self._take_reason(test, self._exc_info_to_string(err, test))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._take_reason(test, self._exc_info_to_string(err, test))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self._reasons.append(f"{subtest}\n{self._exc_info_to_string(err, test)}")


def _comment(reason):
    for line in reason.splitlines():
        print("# " + line[:REASON_WIDTH], flush=True)
