"""Where the data and tools lie that some checks use and the project does not contain: the only place that says so.

They lie in a folder beside the project, or in the one that the environment variable BESIDE names. A check whose part is
not there is skipped, and says its name. As a program: prints the folder.
"""

import os
import pathlib

FOLDER = pathlib.Path(os.environ.get("BESIDE") or pathlib.Path(__file__).resolve().parents[3] / "shared")


if __name__ == "__main__":
    print(FOLDER)
