"""Processes that try inputs on one door each until their processor time is used up.

With atheris the code is instrumented, what reaches new branches is kept and changed again. Without, the seeds are
changed blindly. What one did stands in `run.json`, from time to time and at the end.

`python -m fuzz.work DOORS` loads the rooms behind the doors once, and forks for each job, a line of its standard input:
atheris looks at the modules for ten seconds. `--blind` is for jobs without it.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from generators.dice import Dice

from fuzz.findings import Findings
from fuzz.laws import try_out

if TYPE_CHECKING:
    from fuzz.doors.door import Door

GUIDED = find_spec("atheris") is not None
MOST_MEMORY = 1 << 30
_LONGEST_INPUT = 1 << 16
_SLOWEST = 120  # seconds by the clock: for what no signal of Python's can stop
_BYTES = 20  # percent of the changes that are libFuzzer's own
_EVERY = 5.0
_PULSE = 64
_SOME = 5


class Job(NamedTuple):
    """What a process is to do; `folder` has the corpus, the findings and `run.json`."""

    door: str
    folder: str
    seconds: float
    seed: int
    guided: bool = GUIDED


class Worker:
    """Tries inputs, counts them, keeps what breaks a law, and ends the process when the time is over."""

    def __init__(self, job: Job, door: Door) -> None:
        self.seeds = [text for text in door.seeds() if len(text.encode()) <= _LONGEST_INPUT]
        self._job, self._door = job, door
        self._findings = Findings(Path(job.folder) / "findings")
        self._attempt = partial(try_out, door.check, seconds_per_character=door.seconds_per_character)
        self._executions, self._begin, self._told = 0, time.process_time(), 0.0

    def attempt(self, text: str) -> None:
        """Tries one input."""
        try:
            self._attempt(text)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is a finding
            self._findings.add(text, error, self._attempt)
        self._executions += 1
        if self._executions % _PULSE == 0:
            self._pulse()

    def mutated(self, text: str, dice: Dice) -> str:
        """Another input."""
        return self._door.mutate(text, dice, self._door.words, self.seeds)

    def tell(self) -> None:
        """Writes down what was done so far."""
        done = {
            "executions": self._executions,
            "seconds": round(self._spent(), 1),
            "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "guided": self._job.guided,
        }
        file = Path(self._job.folder) / "run.json"
        file.with_suffix(".new").write_text(json.dumps(done), encoding="utf-8")
        file.with_suffix(".new").replace(file)

    def _pulse(self) -> None:
        if self._spent() - self._told > _EVERY:
            self._told = self._spent()
            self.tell()
        if self._spent() > self._job.seconds:
            self.tell()
            sys.stderr.flush()
            os._exit(0)  # libFuzzer knows no other way out

    def _spent(self) -> float:
        return time.process_time() - self._begin


def main(doors: list[str], *, guided: bool) -> None:
    """Loads the rooms, for atheris to see, does the jobs one after the other, and writes their exit codes."""
    with _instrumented(guided=guided):
        from fuzz.doors import door  # noqa: PLC0415 - atheris instruments what is imported here

        loaded = {name: door(name) for name in doors}
    for line in sys.stdin:
        job = Job(**json.loads(line))
        if (child := os.fork()) == 0:
            _work(job, loaded[job.door])
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _work(job: Job, door: Door) -> NoReturn:
    """Works until the time is over, in a process of its own that writes to the log."""
    log = os.open(Path(job.folder) / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(log, stream)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    try:
        with _instrumented(guided=job.guided):
            worker = Worker(job, door)
            for seed in worker.seeds[:: _SOME if job.guided else 1]:
                worker.attempt(seed)  # what is imported late is imported now; libFuzzer begins with all of them itself
        (_guided if job.guided else _blindly)(worker, job)
    except BaseException:  # noqa: BLE001 - whatever it is, the jobs of others go on
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _instrumented(*, guided: bool) -> Any:  # noqa: ANN401 - atheris has no types
    if not guided:
        return nullcontext()
    import atheris  # noqa: PLC0415 - not everywhere

    return atheris.instrument_imports(include=["policyengine"])


def _blindly(worker: Worker, job: Job) -> None:
    dice = Dice(random.Random(job.seed))
    while True:
        text = dice.pick(worker.seeds)
        for _ in range(1 + dice.below(3)):
            text = worker.mutated(text, dice)
        worker.attempt(text)


def _guided(worker: Worker, job: Job) -> None:
    import atheris  # noqa: PLC0415 - not everywhere

    corpus, seeds = (Path(job.folder) / name for name in ("corpus", "seeds"))
    for folder in (corpus, seeds):
        folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(worker.seeds):
        (seeds / f"{number:04}").write_bytes(text.encode())
    options = {
        "max_len": _LONGEST_INPUT,
        "len_control": 0,
        "timeout": _SLOWEST,
        "rss_limit_mb": MOST_MEMORY >> 20,
        "seed": job.seed,
    }
    arguments = ["fuzz", str(corpus), str(seeds), f"-artifact_prefix={job.folder}/"]
    arguments += [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup(
        arguments,
        lambda data: worker.attempt(data.decode("utf-8", "replace")),
        custom_mutator=_mutator(worker),
    )
    atheris.Fuzz()


def _mutator(worker: Worker) -> Callable[[bytes, int, int], bytes]:
    import atheris  # noqa: PLC0415 - not everywhere

    def change(data: bytes, most: int, seed: int) -> bytes:
        dice = Dice(random.Random(seed))
        if dice.chance(_BYTES):
            mutated: bytes = atheris.Mutate(data, most)  # another function than before `Fuzz`
            return mutated
        text = worker.mutated(data.decode("utf-8", "replace"), dice)
        return text.encode("utf-8", "replace")[:most]

    return change


if __name__ == "__main__":
    main([name for name in sys.argv[1:] if name != "--blind"], guided="--blind" not in sys.argv)
