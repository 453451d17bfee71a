"""A new user: builds the wheel, installs it into an environment of its own, runs the page's program."""

import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import zipfile

PYTHON = pathlib.Path(__file__).resolve().parents[1]
REPOSITORY = PYTHON.parents[1]
PAGE = REPOSITORY / "docs/how-to/knn-from-python.md"


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))} failed:\n{done.stdout}")
    return done.stdout


@unittest.skipUnless("ONELABEL_LIBRARY" in os.environ, "ONELABEL_LIBRARY does not say where the library is")
class WheelTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)

    def build(self, folder):
        return pathlib.Path(run(PYTHON / "build-wheel", os.environ["ONELABEL_LIBRARY"], self.scratch / folder).strip())

    def test_equal_inputs_give_equal_wheels_with_the_licence(self):
        first, second = self.build("first"), self.build("second")
        self.assertRegex(first.name, r"^onelabel-[\d.]+-py3-none-manylinux_2_\d+_(x86_64|aarch64)\.whl$")
        self.assertEqual(first.read_bytes(), second.read_bytes())
        with zipfile.ZipFile(first) as wheel:
            (licence,) = (name for name in wheel.namelist() if name.endswith(".dist-info/LICENSE"))
            self.assertEqual(wheel.read(licence), (REPOSITORY / "LICENSE").read_bytes())

    def test_what_is_no_library_is_refused(self):
        for file, why in (
            (pathlib.Path(__file__), "is no library of onelabel for a 64-bit Linux"),
            (pathlib.Path(sys.executable), "is no library of onelabel for a 64-bit Linux"),
            (self.scratch / "missing.so", "No such file"),
        ):
            with self.assertRaisesRegex(AssertionError, why):
                run(PYTHON / "build-wheel", file, self.scratch)
        self.assertEqual(list(self.scratch.iterdir()), [])

    @unittest.skipIf(importlib.util.find_spec("ensurepip") is None, "python3-venv is not installed")
    @unittest.skipUnless(PAGE.exists(), "the page is not here")
    def test_the_program_of_the_page_prints_what_the_page_shows(self):
        run(sys.executable, "-m", "venv", "--system-site-packages", self.scratch / "environment")
        python = self.scratch / "environment/bin/python"
        run(python, "-m", "pip", "install", "--no-index", "--no-deps", self.build("wheels"))
        program, shown = re.search(r"```python\n(.*?)```\n+```\n(.*?)```", PAGE.read_text(), re.DOTALL).groups()
        (self.scratch / "program.py").write_text(program)
        ours = ("ONELABEL_LIBRARY", "PYTHONPATH")
        elsewhere = {name: value for name, value in os.environ.items() if name not in ours}
        self.assertEqual(run(python, "program.py", cwd=self.scratch, env=elsewhere), shown)
        where = "import onelabel, importlib.metadata as m; print(onelabel.__file__, m.version('onelabel'))"
        printed = run(python, "-c", where, cwd=self.scratch, env=elsewhere)
        self.assertIn(str(self.scratch), printed)
        project = (REPOSITORY / "native/CMakeLists.txt").read_text().split("project(")[1]
        self.assertEqual(printed.split()[1], re.search(r"VERSION ([\d.]+)", project).group(1))


if __name__ == "__main__":
    unittest.main()
