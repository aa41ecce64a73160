"""What GitHub does beside running jobs: it keeps comments, pull requests and alerts, and has actions of its own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from e2e.github import Job

# GitHub's command line: comments, issues and pull requests in a file.
GH = """#!{python} -SE
import json, os, sys
from pathlib import Path
assert os.environ["GH_TOKEN"] == "secret"
file, words = Path({state!r}), sys.argv[1:]
state = json.loads(file.read_text())
def after(option):
    return words[words.index(option) + 1]
def body():
    name, _, path = after("--field").partition("=@")
    assert name == "body"
    return Path(path).read_text()
if words[:2] == ["api", "--paginate"]:
    assert (words[2], words[3]) == ("repos/shop/backups/issues/7/comments", "--jq")
    assert "env.MARK" in words[4]
    for url, (author, text) in state["comments"].items():
        if author == "github-actions[bot]" and text.startswith(os.environ["MARK"]):
            print(url)
elif words[0] == "api" and "PATCH" in words:
    url = words[words.index("PATCH") + 1]
    state["comments"][url] = ["github-actions[bot]", body()]
elif words[0] == "api":
    assert words[2] == "repos/shop/backups/issues/7/comments"
    url = "https://api.example/comments/" + str(len(state["comments"]))
    state["comments"][url] = ["github-actions[bot]", body()]
elif words[0] == "issue":
    titles = [issue[0] for issue in state["issues"]]
    if words[1] == "list":
        assert after("--jq") == ".[0].number // empty"
        print("".join(str(number) for number, title in enumerate(titles, 1) if title in after("--search"))[:1])
    elif words[1] == "create":
        state["issues"].append([after("--title"), Path(after("--body-file")).read_text()])
    else:
        assert words[1] == "comment"
        state["issues"][int(words[2]) - 1].append(Path(after("--body-file")).read_text())
elif words[:2] == ["pr", "list"]:
    print("\\n".join(str(number) for number, head in enumerate(state["pulls"]) if head == after("--head")))
else:
    assert words[0] == "pr" and Path(after("--body-file")).is_file()
    state["done"].append(words[1])
    if words[1] == "create":
        state["pulls"].append(after("--head"))
file.write_text(json.dumps(state))
"""


class Service:
    """What GitHub keeps, and what the actions of others were given."""

    def __init__(self, job: Job, folder: Path) -> None:
        self._file, self.alerts, self._job = folder / "state.json", list[str](), job
        stranger = ["stranger", "<!-- policyengine-check -->\nnot yours"]
        self._file.write_text(
            json.dumps({"comments": {"0": stranger}, "pulls": [], "done": [], "issues": []}), encoding="utf-8"
        )
        program = folder / "bin" / "gh"
        program.parent.mkdir()
        program.write_text(GH.format(python=sys.executable, state=str(self._file)), encoding="utf-8")
        program.chmod(0o755)
        job.environment = {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
        job.others = {
            **job.others,
            "actions/checkout": lambda _: {},
            "aws-actions/configure-aws-credentials": self._enter,
            "github/codeql-action/upload-sarif": self._upload,
        }

    @property
    def state(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self._file.read_text(encoding="utf-8"))

    @property
    def comments(self) -> list[str]:
        """The comments, without the stranger's."""
        assert self.state["comments"]["0"] == ["stranger", "<!-- policyengine-check -->\nnot yours"]
        return [text for author, text in self.state["comments"].values() if author != "stranger"]

    def _upload(self, given: Mapping[str, str]) -> dict[str, str]:
        run = json.loads(Path(given["sarif_file"]).read_text(encoding="utf-8"))["runs"][0]
        self.alerts = [result["ruleId"] for result in run["results"]]
        return {}

    def _enter(self, given: Mapping[str, str]) -> dict[str, str]:
        self._job.environment = {**self._job.environment, "AWS_ROLE": given["role-to-assume"]}
        return {}
