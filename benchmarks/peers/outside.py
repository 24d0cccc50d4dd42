"""Learners that are no Python library of ours: each runs as a program that reads JSON and answers in JSON.

Neither is a dependency. NLP.js needs node and a folder with `npm install node-nlp` in NLPJS_DIR; Rasa needs a
Python older than 3.11 with `pip install rasa`, named by RASA_PYTHON.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from benchmarks.messages import Question
from benchmarks.peers import Peer, PeerMissing, Run, answer, without_context
from bot.embedded.intents import Intent
from bot.embedded.understanding.examples import Examples

FOLDER = Path(__file__).parent


class Told(TypedDict):
    """What such a program prints, as its last line."""

    chances: list[dict[str, float]]
    """For each text, label to score; without any where it says "none of these"."""
    learn_seconds: float
    milliseconds: float


def nlp_js(taught: Examples, asked: Sequence[Question]) -> Run:
    node, installed = shutil.which("node"), os.environ.get("NLPJS_DIR")
    if node is None:
        raise PeerMissing("node is not on this machine")
    if not installed or not (Path(installed) / "node_modules" / "node-nlp").is_dir():
        raise PeerMissing("NLPJS_DIR must name a folder in which `npm install node-nlp` was run")
    return _run([node, str(FOLDER / "nlp_js.cjs")], {"NODE_PATH": f"{installed}/node_modules"}, taught, asked)


def rasa_diet(taught: Examples, asked: Sequence[Question]) -> Run:
    python = os.environ.get("RASA_PYTHON")
    if not python:
        raise PeerMissing("RASA_PYTHON must name a Python before 3.11 in which `pip install rasa` was run")
    return _run([python, str(FOLDER / "rasa_diet.py")], {"PYTHONPATH": ""}, taught, asked)


def _run(
    command: list[str], environment: Mapping[str, str], taught: Examples, asked: Sequence[Question]
) -> Run:
    texts, labels = without_context(taught)
    lesson = {"texts": texts, "labels": labels, "asked": [question.text for question in asked]}
    done = subprocess.run(
        command,
        input=json.dumps(lesson),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    if done.returncode:
        raise PeerMissing(f"it failed: {done.stderr.strip()[-500:]}")
    told: Told = json.loads(done.stdout.splitlines()[-1])
    return Run(
        tuple(
            answer(question, chances or {Intent.OUT_OF_SCOPE: 1.0}, Intent.OUT_OF_SCOPE)
            for question, chances in zip(asked, told["chances"], strict=True)
        ),
        told["learn_seconds"],
        told["milliseconds"],
    )


LEARNERS: Mapping[str, Peer] = {"NLP.js": nlp_js, "Rasa DIET": rasa_diet}
