"""The stages of the Dockerfile as folders: each instruction done as an engine would do it.

Only what our Dockerfile uses is known; anything else is refused rather than passed over.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dockerfile_parse import DockerfileParser

PATH = "/usr/local/bin:/usr/bin:/bin"
CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
IDLE = {"ARG", "EXPOSE", "VOLUME", "HEALTHCHECK", "COMMENT"}


@dataclass
class Stage:
    """One stage: its root folder and what the instructions have set so far."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = "0:0"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        """A path of the stage as one of this machine."""
        return (
            self.root / os.path.normpath(f"{self.workdir}/{path}" if path[0] != "/" else path)[1:]
        )


def follow(dockerfile: Path, base: Path, into: Path, surroundings: dict[str, str]) -> Stage:
    """The last stage of the file, made under `into` from copies of the base root.

    `surroundings` are variables of the building machine, such as where pip finds its packages.

    CalledProcessError where a step fails, ValueError where an instruction is not known here.
    """
    into.mkdir()
    stages: dict[str, Stage] = {}
    stage = Stage(into)
    with dockerfile.open("rb") as opened:
        instructions = DockerfileParser(fileobj=opened).structure
    for each in instructions:
        name, value = each["instruction"], each["value"]
        if name == "FROM":
            called = value.split(" AS ")[1] if " AS " in value else "last"
            stage = stages[called] = Stage(into / called)
            subprocess.run(["cp", "--archive", base, stage.root], check=True)
        elif name == "ENV":
            for pair in shlex.split(value):
                variable, _, held = pair.partition("=")
                stage.environment[variable] = held
        elif name == "WORKDIR":
            stage.workdir = value
            stage.inside(".").mkdir(parents=True, exist_ok=True)
        elif name == "USER":
            stage.user = value
        elif name == "COPY":
            _copy(shlex.split(value), stages, stage, dockerfile.parent)
        elif name == "RUN":
            _run(stage, value, surroundings)
        elif name == "ENTRYPOINT":
            stage.entrypoint = json.loads(value)
        elif name == "CMD":
            stage.command = json.loads(value)
        elif name not in IDLE:
            raise ValueError(f"{dockerfile.name}: {name} is not known here; teach tests/image it.")
        if name == "HEALTHCHECK":
            stage.healthcheck = json.loads(value[value.index("CMD") + 3 :])
    return stage


def _copy(words: list[str], stages: dict[str, Stage], stage: Stage, context: Path) -> None:
    options = dict(w[2:].split("=", 1) for w in words if w.startswith("--"))
    *sources, target = (w for w in words if not w.startswith("--"))
    giver = stages.get(options.get("from", ""))
    for source in sources:
        taken = giver.inside(source) if giver else context / source
        put = stage.inside(target)
        if taken.is_dir():
            shutil.copytree(taken, put, dirs_exist_ok=True, symlinks=True, ignore=_caches(giver))
        else:
            shutil.copy2(taken, put / taken.name if put.is_dir() else put)
        if "chown" in options:
            user, group = (int(part) for part in options["chown"].split(":"))
            for path in (put, *put.rglob("*")):
                os.chown(path, user, group)


def _caches(giver: Stage | None) -> Callable[[str, list[str]], set[str]] | None:
    """.dockerignore keeps caches out of what comes from outside."""
    return None if giver else shutil.ignore_patterns("__pycache__", "*.pyc")


def _run(stage: Stage, value: str, surroundings: dict[str, str]) -> None:
    steps = re.sub(r"\s+", " ", value)
    print(f"  RUN {steps[:90]} …", flush=True)
    subprocess.run(
        [CHROOT, stage.root, "/bin/sh", "-c", f"cd {shlex.quote(stage.workdir)} && {steps}"],
        check=True,
        env={"PATH": PATH, "HOME": "/root", **surroundings, **stage.environment},
    )
