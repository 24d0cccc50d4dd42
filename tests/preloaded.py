"""Imported once for all processes that are forked: what a server imports, some of it in the middle of its start, and
what the processes of some tests run. None of it may start a thread, which no forked process would have."""

import importlib
import os

# Read when the libraries are first imported; where they are imported by Parley, it says the same.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

for name in (
    "api.cli_serve",
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
    "tools.languages",
):
    importlib.import_module(name)
