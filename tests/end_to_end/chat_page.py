"""The chat on a page, as somebody who uses it would name its parts."""

import json
from typing import Any, cast

import httpx
from playwright.sync_api import Locator, Page, expect

PATIENCE_MS = 15_000


class Chat:
    def __init__(self, page: Page, api_url: str) -> None:
        self.page = page
        self.api_url = api_url
        self.launcher = page.get_by_role("button", name="Chat with Fernway")
        self.window = page.get_by_role("dialog", name="Fernway")
        self.composer = page.get_by_role("textbox", name="Your message")
        self.log = page.get_by_role("log")
        self.confirm = page.get_by_role("button", name="Confirm:")
        self.decline = page.get_by_role("button", name="Decline:")
        self.decision = page.locator("parley-chat .decision")
        """The lower end of each proposal's card."""
        self.banner = page.locator("parley-chat .banner")
        self.questions = page.locator("parley-chat .message.user")
        self.answers = page.locator("parley-chat .message.assistant:not(.draft)")
        """The greeting is the first of them."""

    def open(self) -> None:
        self.launcher.click()
        expect(self.window).to_be_visible()

    def write(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    def ask(self, text: str) -> Locator:
        """Asks, waits, and returns the last message of the answer."""
        before = self.answers.count()
        self.write(text)
        self.expect_answers(before + 1)
        return self.answers.last

    def expect_answers(self, count: int) -> None:
        """Waits until there are so many (the greeting among them), and nothing more is coming."""
        expect(self.answers).to_have_count(count, timeout=PATIENCE_MS)
        expect(self.page.locator("parley-chat .draft")).to_be_hidden(timeout=PATIENCE_MS)
        expect(self.answers).to_have_count(count)

    def card(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name)

    def transcript(self) -> list[str]:
        return self.log.locator(".message:not(.draft)").all_inner_texts()

    def saved(self) -> dict[str, Any]:
        """What the browser keeps of the conversation."""
        text = self.page.evaluate("url => localStorage.getItem(`parley:${url}/`)", self.api_url)
        return cast(dict[str, Any], json.loads(text)) if text else {}

    def stored_view(self) -> dict[str, Any]:
        """What the server has of it."""
        saved = self.saved()
        response = httpx.get(
            f"{self.api_url}/api/conversations/{saved['id']}",
            headers={"Authorization": f"Bearer {saved['token']}"},
        )
        return cast(dict[str, Any], response.raise_for_status().json())

    def stored_messages(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self.stored_view()["messages"])

    def stored_questions(self) -> list[str]:
        return [message["text"] for message in self.stored_messages() if message["role"] == "user"]

    def focused(self) -> str:
        """The accessible name of what has the keyboard's focus within the chat."""
        return str(
            self.page.evaluate(
                """() => {
                    const node = document.querySelector("parley-chat").shadowRoot.activeElement;
                    return node?.ariaLabel ?? node?.textContent ?? "";
                }"""
            )
        )
