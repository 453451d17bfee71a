"""A new user: builds the wheel, installs it into an environment of its own, runs the page's programs."""

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


BUILD = pathlib.Path(os.environ.get("ONELABEL_LIBRARY", "")).parent


@unittest.skipUnless("ONELABEL_LIBRARY" in os.environ, "ONELABEL_LIBRARY does not say where the library is")
class WheelTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)

    def build(self, folder):
        return pathlib.Path(run(PYTHON / "build-wheel", BUILD, self.scratch / folder).strip())

    def test_equal_inputs_give_equal_wheels_with_the_licence(self):
        first, second = self.build("first"), self.build("second")
        self.assertRegex(first.name, r"^onelabel-[\d.]+-py3-none-manylinux_2_\d+_(x86_64|aarch64)\.whl$")
        self.assertEqual(first.read_bytes(), second.read_bytes())
        with zipfile.ZipFile(first) as wheel:
            (licence,) = (name for name in wheel.namelist() if name.endswith(".dist-info/LICENSE"))
            self.assertEqual(wheel.read(licence), (REPOSITORY / "LICENSE").read_bytes())

    def test_what_is_no_library_is_refused(self):
        (self.scratch / "onelabel.pc").write_text("Version: 1.2.3\n")
        library = self.scratch / "libonelabel.so"
        for content, why in (
            (None, "No such file"),
            (b"text", "is no library of onelabel for a 64-bit Linux"),
            (pathlib.Path(sys.executable).read_bytes(), "is no library of onelabel for a 64-bit Linux"),
        ):
            if content is not None:
                library.write_bytes(content)
            with self.assertRaisesRegex(AssertionError, why):
                run(PYTHON / "build-wheel", self.scratch, self.scratch / "wheels")
        self.assertFalse((self.scratch / "wheels").exists())

    @unittest.skipIf(importlib.util.find_spec("ensurepip") is None, "python3-venv is not installed")
    @unittest.skipUnless(PAGE.exists(), "the page is not here")
    def test_the_programs_of_the_page_print_what_the_page_shows(self):
        run(sys.executable, "-m", "venv", "--system-site-packages", self.scratch / "environment")
        python = self.scratch / "environment/bin/python"
        run(python, "-m", "pip", "install", "--no-index", "--no-deps", self.build("wheels"))
        programs = re.findall(r"```python\n(.*?)```\n+```\n(.*?)```", PAGE.read_text(), re.DOTALL)
        self.assertEqual(len(programs), 2)
        ours = ("ONELABEL_LIBRARY", "PYTHONPATH")
        elsewhere = {name: value for name, value in os.environ.items() if name not in ours}
        for program, shown in programs:
            (self.scratch / "program.py").write_text(program)
            self.assertEqual(run(python, "program.py", cwd=self.scratch, env=elsewhere), shown)
        where = "import onelabel, importlib.metadata as m; print(onelabel.__file__, m.version('onelabel'))"
        printed = run(python, "-c", where, cwd=self.scratch, env=elsewhere)
        self.assertIn(str(self.scratch), printed)
        project = re.search(r"<version>([\d.]+)", (REPOSITORY / "pom.xml").read_text()).group(1)
        self.assertEqual(printed.split()[1], project)


if __name__ == "__main__":
    unittest.main()
