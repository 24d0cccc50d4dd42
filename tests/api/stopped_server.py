"""`parley serve` in a process of its own, to be stopped: with a model that takes its time and repeats what it hears."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from langchain_core.messages import AIMessage, BaseMessage

import api.loading
from api.cli.serve import run_server
from api.parley import Parley
from bot.conversation import Conversations
from tests.api.scripted_conversations import scripted_conversations

THINKING_SECONDS = 0.03


def slowly(messages: Sequence[BaseMessage]) -> AIMessage:
    time.sleep(THINKING_SECONDS)
    return AIMessage(f"You said: {messages[-1].text}")


def converse(parley: Parley) -> Conversations:
    return scripted_conversations(parley, slowly)


def serve(database_url: str, shop_dir: Path, data_dir: Path, port: int) -> None:
    """Until it is told to stop; all but the model is what `parley serve` runs."""
    os.environ.update(
        DATABASE_URL=database_url,
        DATA_DIR=str(data_dir),
        SHOP_DIR=str(shop_dir),
        MESSAGES_PER_MINUTE="100000",
        LOG_LEVEL="error",
    )
    api.loading.load_conversations = converse
    run_server("127.0.0.1", port)
