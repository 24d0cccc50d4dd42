"""Rasa's classifier on the lesson that standard input holds, run by a Python that has Rasa; see outside.py."""

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from rasa.core.agent import Agent
from rasa.model_training import train_nlu

CONFIG = """
recipe: default.v1
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 100
    entity_recognition: false
    constrain_similarities: true
    random_seed: 7
"""
"""The pipeline that Rasa's own templates begin with, less what reads entities."""


async def main() -> None:
    lesson = json.load(sys.stdin)
    examples = [
        {"text": text, "intent": label} for text, label in zip(lesson["texts"], lesson["labels"], strict=True)
    ]
    with TemporaryDirectory() as name, contextlib.redirect_stdout(sys.stderr):
        folder = Path(name)
        (folder / "config.yml").write_text(CONFIG)
        (folder / "nlu.json").write_text(json.dumps({"rasa_nlu_data": {"common_examples": examples}}))
        start = perf_counter()
        model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.json"), name)
        learned = perf_counter() - start
        agent = Agent.load(model)
        chances, times = [], []
        for text in lesson["asked"]:
            start = perf_counter()
            read = await agent.parse_message(text)
            times.append(perf_counter() - start)
            chances.append({row["name"]: row["confidence"] for row in read["intent_ranking"]})
    told = {"chances": chances, "learn_seconds": learned, "milliseconds": median(times) * 1000}
    print(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main())
