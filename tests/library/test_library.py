# SPDX-License-Identifier: MIT
"""What is installed of the library suffices to build a program by it, in both ways that there are."""

import os
import pathlib
import shlex
import subprocess
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = PROJECT / "examples/library"
BUILD = os.environ["BUILD"]


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    if done.returncode:
        raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.folder = pathlib.Path(folder)
        run("cmake", "--install", BUILD, env=os.environ | {"DESTDIR": folder})
        cls.prefix = cls.folder / "usr/local"

    def check(self, program):
        """It has no kernel module here, and says so."""
        done = subprocess.run([program], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("error_report_notify", done.stderr)

    def test_find_package_finds_all_that_it_takes(self):
        build = str(self.folder / "build")
        run("cmake", "-S", str(EXAMPLE), "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("cmake", "--build", build)
        self.check(f"{build}/titles")

    def test_pkg_config_names_all_that_it_takes(self):
        [pkgconfig] = self.prefix.glob("lib/**/pkgconfig")
        environment = os.environ | {"PKG_CONFIG_PATH": str(pkgconfig)}
        flags = run("pkg-config", "--cflags", "--libs", "error-report", env=environment)
        program = str(self.folder / "titles")
        compiler = [os.environ["CXX"], *shlex.split(os.environ["CXXFLAGS"]), "-std=c++20"]
        run(*compiler, str(EXAMPLE / "titles.cpp"), "-o", program, *shlex.split(flags))
        self.check(program)


if __name__ == "__main__":
    unittest.main()
