# SPDX-License-Identifier: MIT
"""The Debian packages, in a Debian with systemd: by name, the tests are in the order of a package's
life, because to build the module takes minutes on an emulated CPU."""

import os
import pathlib
import re
import subprocess

import guest
import service
from case import GuestTest
from service import systemctl

PACKAGES = guest.PROJECT / "build/packages"
NEWER = PACKAGES / "newer"
NAMES = ("error-report", "error-report-notify-dkms")

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


def version_of_module():
    return pathlib.Path("/sys/module", guest.MODULE, "version").read_text().strip()


def expected_version(folder):
    """That of the packages there."""
    deb = next(folder.glob(f"{NAMES[0]}_*.deb"))
    return guest.run("dpkg-deb", "-f", str(deb), "Version").strip()


def setUpModule():
    # Whatever the boot still does is not the packages' work.
    guest.wait_until(
        lambda: not guest.run("systemctl", "list-jobs", "--no-legend"), "the boot is over", 300
    )
    before.update(files())
    install(PACKAGES)


class PackageTest(GuestTest):
    def check_that_a_report_arrives(self):
        wanted = service.fire()
        service.await_reports(wanted)
        service.await_reports(wanted, service.in_journal)


class Installed(PackageTest):
    def test_module_was_built_and_is_loaded(self):
        said = guest.run("dkms", "status")
        release = re.escape(os.uname().release)
        self.assertRegex(said, rf"^error-report-notify/\S+, {release}, x86_64: installed")
        self.assertEqual(version_of_module(), expected_version(PACKAGES))

    def test_service_runs_and_a_report_arrives(self):
        self.assertEqual(systemctl("is-enabled").strip(), "enabled")
        service.await_active()
        self.check_that_a_report_arrives()

    def test_restart_loses_nothing_and_repeats_nothing(self):
        service.await_active()
        [first] = service.fire()
        systemctl("restart")
        [second] = service.fire()
        service.await_reports({second})
        came = [(e["instance"], e["seq"]) for e in service.events() if e["event"] == "report"]
        self.assertEqual([name for name in came if name in (first, second)], [first, second])

    def test_boot_loads_the_module_before_the_service(self):
        service.await_active()
        systemctl("stop")
        guest.rmmod()
        guest.run("systemctl", "restart", "systemd-modules-load.service")
        self.assertTrue(guest.is_loaded())
        systemctl("start")
        self.check_that_a_report_arrives()


class Newer(PackageTest):
    def test_upgrade_brings_its_module_and_goes_on(self):
        service.await_active()
        last = service.fire()
        service.await_reports(last)
        install(NEWER)
        self.assertEqual(version_of_module(), expected_version(NEWER))
        service.await_active()
        self.check_that_a_report_arrives()
        self.assertLessEqual(last, service.names(service.events()).keys())
        built = guest.run("dkms", "status").splitlines()
        self.assertEqual(len(built), 1, built)


class Purged(PackageTest):
    def test_purge_leaves_nothing(self):
        apt("purge", *NAMES)
        self.assertFalse(guest.is_loaded())
        self.assertNotIn("error-report", pathlib.Path("/etc/passwd").read_text())
        self.assertEqual(service.show("LoadState"), "not-found")
        after = files()
        self.assertEqual(after - before, set())
        self.assertEqual(before - after, set())
