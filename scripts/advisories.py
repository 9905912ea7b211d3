"""The facts of RustSec's advisories against the crates of our lock files, in the database's own format.

usage: advisories.py CLONE FOLDER LOCK...

CLONE is a git clone of the database. FOLDER is made anew: crates/PACKAGE/ID.md of each advisory, whatever versions
it is about, so that a step back to one of them is found too; `covers.txt`, the names that were looked for; and
`date`, that of the clone's last commit. A title is made of the facts; the texts stay where they are.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tomllib

FACTS = ("id", "package", "date", "withdrawn", "url", "informational", "categories", "aliases")


def facts(source: str) -> dict:
    """The table between the fences that an advisory begins with."""
    return tomllib.loads(source.split("```toml\n", 1)[1].split("\n```", 1)[0])


def written(told: dict) -> str:
    """An advisory of nothing but its facts. JSON's strings and lists are TOML's."""
    advisory, versions = told["advisory"], told["versions"]
    lines = ["```toml", "[advisory]"]
    lines += [f"{key} = {json.dumps(str(advisory[key]) if key in ('date', 'withdrawn') else advisory[key])}" for key in FACTS if advisory.get(key)]
    lines += ["", "[versions]"]
    lines += [f"{key} = {json.dumps(versions[key])}" for key in ("patched", "unaffected") if key in versions]
    about = advisory.get("informational") or ", ".join(advisory.get("categories", [])) or "vulnerability"
    lines += ["```", "", f"# {advisory['package']}: {about}", "", f"See https://rustsec.org/advisories/{advisory['id']}", ""]
    return "\n".join(lines)


def main(clone: pathlib.Path, folder: pathlib.Path, locks: list[str]) -> None:
    """Fails with git's error if CLONE is none, and with KeyError if the database's format is another one."""
    date = subprocess.run(["git", "-C", clone, "log", "-1", "--format=%cs"], check=True, capture_output=True, text=True).stdout
    names = sorted({package["name"] for lock in locks for package in tomllib.loads(pathlib.Path(lock).read_text())["package"]})
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "date").write_text(date)
    (folder / "covers.txt").write_text("".join(f"{name}\n" for name in names))
    count = 0
    for source in sorted(path for name in names for path in (clone / "crates" / name).glob("*.md")):
        told = facts(source.read_text())
        target = folder / "crates" / told["advisory"]["package"] / f"{told['advisory']['id']}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(written(told))
        count += 1
    print(f"{count} advisories against {len(names)} crates, of {date.strip()}")


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:])
