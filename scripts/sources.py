# What the checking scripts share: the C++ files of the tree and how findings are reported.
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ["runtime_core", "sim", "model", "checkers", "scenarios", "traces", "cli", "embed"]


def cpp_files(directories=None):
    """The C++ files below the given directories, as sorted paths relative to the root."""
    found = []
    for directory in directories or LAYERS + ["cmake"]:
        for path in (ROOT / directory).rglob("*"):
            if path.suffix in (".h", ".cc", ".inc") and path.is_file():
                found.append(path.relative_to(ROOT))
    return sorted(found)


def read_lines(path):
    return (ROOT / path).read_text(encoding="utf-8").splitlines()


def is_test(path):
    return (path.stem.endswith(("_test", "_bench", "test_support"))
            or path.stem.startswith("fuzz_"))


def finish(findings, what):
    """Prints the findings and exits: 1 if there are any."""
    for finding in findings:
        print(finding)
    print(f"{what}: {len(findings)} findings")
    sys.exit(1 if findings else 0)
