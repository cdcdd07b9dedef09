# SPDX-License-Identifier: MIT
"""The Debian packages, in a Debian with systemd: by name, the tests are in the order of a package's
life, because to build the module takes minutes on an emulated CPU."""

import json
import os
import pathlib
import re
import subprocess

import genl
import guest
import json_line
from case import GuestTest

PACKAGES = guest.PROJECT / "build/packages"
NEWER = PACKAGES / "newer"
NAMES = ("error-report", "error-report-notify-dkms")
UNIT = "error-report.service"
LOG = pathlib.Path("/var/log/error-report/error-report.jsonl")

# What a package's life leaves behind on any system: the package manager's, journald's and
# ldconfig's own. The kernel's lists of modules are written anew by depmod.
OTHERS = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log/apt", "/var/log/dpkg.log",
          "/var/log/alternatives.log", "/var/log/journal", "/var/lib/systemd", "/etc/ld.so.cache",
          "/root/.cache")  # fmt: skip

before = set()


def apt(*arguments):
    command = ("apt-get", "--quiet", "--yes", *arguments)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}")


def install(folder):
    apt("install", *(str(next(folder.glob(f"{name}_*.deb"))) for name in NAMES))


def files():
    """All on the root's own file system, but OTHERS."""
    others = " -o ".join(f"-path {path}" for path in OTHERS).split()
    found = guest.run("find", "/", "-xdev", "(", *others, ")", "-prune", "-o", "-print")
    return set(found.splitlines())


def systemctl(*arguments):
    return guest.run("systemctl", *arguments)


def show(name):
    """A property of the unit."""
    return systemctl("show", "--property", name, "--value", UNIT).strip()


def version_of_module():
    return pathlib.Path("/sys/module", guest.MODULE, "version").read_text().strip()


def expected_version(folder):
    """That of the packages there."""
    deb = next(folder.glob(f"{NAMES[0]}_*.deb"))
    return guest.run("dpkg-deb", "-f", str(deb), "Version").strip()


def report():
    """Fires one, and returns its name: instance, as a line has it, and number."""
    last = guest.report_count() + 1
    guest.fire("warn-msg")
    guest.wait_until(lambda: guest.report_count() == last, f"report {last}")
    with genl.Socket() as socket:
        return f"{socket.status()['INSTANCE']:#018x}", last


def in_file():
    events = json_line.parse_all(LOG.read_text()) if LOG.exists() else []
    return [(e["instance"], e["seq"]) for e in events if e["event"] == "report"]


def in_journal():
    said = guest.run("journalctl", "-o", "json", "-t", "error-report", "ERROR_REPORT_EVENT=report",
                     "--output-fields=ERROR_REPORT_INSTANCE,ERROR_REPORT_SEQ", "--no-pager")  # fmt: skip
    entries = (json.loads(line) for line in said.split("\n") if line)
    return [(e["ERROR_REPORT_INSTANCE"], int(e["ERROR_REPORT_SEQ"])) for e in entries]


def await_service():
    guest.wait_until(lambda: show("ActiveState") == "active", f"{UNIT} is active")


def setUpModule():
    # Whatever the boot still does is not the packages' work.
    guest.wait_until(lambda: not systemctl("list-jobs", "--no-legend"), "the boot is over", 300)
    before.update(files())
    install(PACKAGES)


class PackageTest(GuestTest):
    def check_that_a_report_arrives(self):
        name = report()
        guest.wait_until(lambda: name in in_file(), f"report {name} in {LOG}")
        guest.wait_until(lambda: name in in_journal(), f"report {name} in the journal")


class Installed(PackageTest):
    def test_module_was_built_and_is_loaded(self):
        said = guest.run("dkms", "status")
        release = re.escape(os.uname().release)
        self.assertRegex(said, rf"^error-report-notify/\S+, {release}, x86_64: installed")
        self.assertEqual(version_of_module(), expected_version(PACKAGES))

    def test_service_runs_and_a_report_arrives(self):
        self.assertEqual(systemctl("is-enabled", UNIT).strip(), "enabled")
        await_service()
        self.check_that_a_report_arrives()

    def test_restart_loses_nothing_and_repeats_nothing(self):
        await_service()
        wanted = [report()]
        systemctl("restart", UNIT)
        wanted.append(report())
        guest.wait_until(lambda: wanted[-1] in in_file(), f"report {wanted[-1]} in {LOG}")
        self.assertEqual([name for name in in_file() if name in wanted], wanted)

    def test_boot_loads_the_module_before_the_service(self):
        await_service()
        systemctl("stop", UNIT)
        guest.rmmod()
        systemctl("restart", "systemd-modules-load.service")
        self.assertTrue(guest.is_loaded())
        systemctl("start", UNIT)
        self.check_that_a_report_arrives()


class Newer(PackageTest):
    def test_upgrade_brings_its_module_and_goes_on(self):
        await_service()
        last = report()
        guest.wait_until(lambda: last in in_file(), f"report {last} in {LOG}")
        install(NEWER)
        self.assertEqual(version_of_module(), expected_version(NEWER))
        await_service()
        self.check_that_a_report_arrives()
        self.assertIn(last, in_file())
        built = guest.run("dkms", "status").splitlines()
        self.assertEqual(len(built), 1, built)


class Purged(PackageTest):
    def test_purge_leaves_nothing(self):
        apt("purge", *NAMES)
        self.assertFalse(guest.is_loaded())
        self.assertNotIn("error-report", pathlib.Path("/etc/passwd").read_text())
        self.assertEqual(show("LoadState"), "not-found")
        after = files()
        self.assertEqual(after - before, set())
        self.assertEqual(before - after, set())
