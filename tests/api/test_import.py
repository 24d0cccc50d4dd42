"""The server answers before what thinks is loaded."""

import subprocess
import sys

HEAVY = ("langchain_core", "langchain", "chromadb", "torch", "sentence_transformers", "matplotlib")


def test_the_application_is_imported_without_what_takes_seconds() -> None:
    program = f"import sys, api.app; sys.exit(' '.join(set({HEAVY!r}) & set(sys.modules)) or 0)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
