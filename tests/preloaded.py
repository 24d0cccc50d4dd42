"""Loaded once for all processes that are forked: what a server imports and reads, some of it amid its start, and
what the processes of some tests run. None of it may start a thread, which no forked process would have."""

import importlib
import os

from tools import languages

# Read when the libraries are first imported; where they are imported by Parley, it says the same.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

for name in (
    "api.cli.serve",
    "bot.agent",
    "bot.conversation",
    "bot.models",
    "knowledge.middle_layer",
    "knowledge.search",
    "langchain_openai",
    "sentence_transformers",
    "tests.api.stopped_server",
    "tests.bot.killed_handover",
    "tests.bot.killed_process",
):
    importlib.import_module(name)

languages.load()
