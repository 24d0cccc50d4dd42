"""What Slack refuses in blocks, as its reference states it."""

from collections.abc import Callable, Iterable
from typing import Any

Json = dict[str, Any]

MOST_BLOCKS = {"message": 50, "home": 100}
LONGEST_TEXT = {"section": 3000, "header": 150, "button": 75, "image_title": 2000}
MOST_ELEMENTS = {"actions": 25, "context": 10, "context_actions": 5}
LONGEST_VALUE = 2000
LONGEST_ADDRESS = 3000
LONGEST_CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
LONGEST_ALL_TEXTS = 13_200
_INLINE = {"text", "link", "user", "emoji", "channel", "broadcast", "date", "usergroup"}


def wrong_in(blocks: list[Json], surface: str, is_ready: Callable[[str], bool]) -> list[str]:
    """What is wrong with `blocks`; nothing when Slack would take them. `is_ready` tells whether a file is known."""
    found = []
    if len(blocks) > MOST_BLOCKS[surface]:
        found.append(f"no more than {MOST_BLOCKS[surface]} items allowed")
    for block in blocks:
        found += [f"{block.get('type')}: {what}" for what in _of_block(block, is_ready)]
    if len("".join(_texts(blocks))) > LONGEST_ALL_TEXTS:
        found.append("msg_blocks_too_long")
    return found


def _of_block(block: Json, is_ready: Callable[[str], bool]) -> Iterable[str]:
    match block.get("type"):
        case "rich_text":
            yield from _of_rich_text(block["elements"])
        case "section":
            yield from _of_text(block["text"], LONGEST_TEXT["section"])
        case "header":
            yield from _of_text(block["text"], LONGEST_TEXT["header"])
        case "image":
            yield from _of_image(block, is_ready)
        case "actions" | "context_actions" as kind:
            yield from _of_actions(block["elements"], MOST_ELEMENTS[kind])
        case "divider":
            pass
        case kind:
            yield f"unsupported type {kind}"


def _of_rich_text(elements: list[Json]) -> Iterable[str]:
    if not elements:
        yield "missing elements"
    for element in elements:
        kind = element["type"]
        if kind == "rich_text_list":
            yield from _of_rich_text(element["elements"])
        elif kind in {"rich_text_section", "rich_text_preformatted", "rich_text_quote"}:
            for part in element["elements"]:
                if part["type"] not in _INLINE:
                    yield f"{part['type']} in a rich text"
                if part["type"] in {"broadcast", "user", "usergroup", "channel"}:
                    yield "mentions somebody"
                if part["type"] == "text" and not part["text"]:
                    yield "must be more than 0 characters"
                if len(part.get("text", "")) > LONGEST_TEXT["section"]:
                    yield "text too long"
        else:
            yield f"unknown {kind}"


def _of_image(block: Json, is_ready: Callable[[str], bool]) -> Iterable[str]:
    if not block.get("alt_text") or len(block["alt_text"]) > 2000:
        yield "alt_text is missing or too long"
    if "title" in block:
        yield from _of_text(block["title"], LONGEST_TEXT["image_title"])
    file_id = block.get("slack_file", {}).get("id")
    if file_id is None and not block.get("image_url"):
        yield "neither slack_file nor image_url"
    if file_id is not None and not is_ready(file_id):
        yield "invalid slack file"


def _of_actions(elements: list[Json], most: int) -> Iterable[str]:
    if not 1 <= len(elements) <= most:
        yield f"must have 1 to {most} elements"
    ids = [element["action_id"] for element in elements]
    if len(set(ids)) < len(ids):
        yield "action_id is used twice"
    for element in elements:
        if element["type"] == "button":
            yield from _of_button(element)
            if element.get("style") not in {None, "primary", "danger"}:
                yield "unknown style"
        elif element["type"] == "feedback_buttons":
            yield from _of_button(element["positive_button"])
            yield from _of_button(element["negative_button"])
        else:
            yield f"unknown element {element['type']}"


def _of_button(button: Json) -> Iterable[str]:
    yield from _of_text(button["text"], LONGEST_TEXT["button"])
    if button["text"]["type"] != "plain_text":
        yield "a button's text must be plain_text"
    if "url" in button:
        if len(button["url"]) > LONGEST_ADDRESS:
            yield "url is too long"
    elif not 0 < len(button["value"]) <= LONGEST_VALUE:
        yield "value is missing or too long"
    for name, longest in LONGEST_CONFIRM.items() if "confirm" in button else ():
        yield from _of_text(button["confirm"][name], longest)


def _of_text(text: Json, longest: int) -> Iterable[str]:
    if text["type"] not in {"plain_text", "mrkdwn"}:
        yield f"unknown text {text['type']}"
    if not 0 < len(text["text"]) <= longest:
        yield f"must be 1 to {longest} characters"


def _texts(value: Any) -> Iterable[str]:
    """All that is to be read in the blocks."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
