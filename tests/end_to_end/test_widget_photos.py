"""Photos in the chat: picked, seen before they are sent, uploaded over a poor line, and seen by both sides."""

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.end_to_end.chat_page import Chat
from tests.end_to_end.conftest import OpenContext
from tests.end_to_end.server import Server
from tests.pictures import phone_photo, picture

pytestmark = pytest.mark.browser

SECRET = "40.7484 N 73.9857 W"
WIDE: FilePayload = {"name": "wide.jpg", "mimeType": "image/jpeg", "buffer": picture(3000, 1500)}
PHONE: FilePayload = {"name": "phone.jpg", "mimeType": "image/jpeg", "buffer": phone_photo(SECRET)}
NO_PICTURE: FilePayload = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"not a picture"}


def pick(chat: Chat, *files: FilePayload) -> None:
    chat.page.locator("parley-chat input[type=file]").set_input_files(list(files))


def ready(chat: Chat, count: int) -> None:
    expect(chat.page.locator("parley-chat .tray").get_by_text("Ready to send")).to_have_count(count)


def test_photos_go_with_a_message_and_stay_after_a_reload(chat: Chat) -> None:
    opener = chat.page.get_by_role("button", name="Add a photo")
    with chat.page.expect_file_chooser() as chooser:
        opener.press("Enter")
    assert chooser.value.is_multiple()
    chooser.value.set_files([WIDE, PHONE, NO_PICTURE])

    ready(chat, 2)
    expect(chat.window.get_by_text("This photo can't be read. Please send a JPEG or PNG.")).to_be_visible()
    expect(chat.page.get_by_role("button", name="Send")).to_be_disabled()
    chat.page.get_by_role("button", name="Remove notes.jpg").press("Enter")
    chat.write("My mug arrived like this")
    chat.expect_answers(2)

    photos = chat.questions.last.locator(".photo")
    expect(photos).to_have_count(2)
    [stored] = [message["photos"] for message in chat.stored_messages() if message["role"] == "user"]
    assert [(photo["width"], photo["height"]) for photo in stored] == [(2048, 1024), (20, 40)]
    assert painted(chat.page, 0) == "red"

    photos.nth(1).press("Enter")
    large = chat.page.locator("parley-chat dialog.large")
    expect(large.get_by_role("img", name="Photo 2 of 2")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(photos.nth(1)).to_be_focused()

    chat.page.reload()
    expect(photos).to_have_count(2)
    assert painted(chat.page, 0) == "red"


PAINTED = """(index) => {
    const canvas = document.querySelector("parley-chat").shadowRoot.querySelectorAll(".photo canvas")[index];
    const [red, , blue] = canvas.getContext("2d").getImageData(5, 10, 1, 1).data;
    return red > 200 && blue < 60 ? "red" : "";
}"""


def painted(page: Page, index: int) -> str:
    """What color the photo has where it is red, once it is looked at: out of hours, a longer answer stands below it."""
    page.locator("parley-chat .photo").nth(index).scroll_into_view_if_needed()
    return str(page.wait_for_function(PAINTED, arg=index).json_value())


def test_what_the_camera_wrote_does_not_leave_the_device(chat: Chat) -> None:
    bodies: list[bytes] = []

    def watch(route: Route) -> None:
        bodies.append(route.request.post_data_buffer or b"")
        route.continue_()

    chat.page.route("**/photos", watch)
    pick(chat, PHONE)
    ready(chat, 1)

    assert SECRET.encode() in PHONE["buffer"]
    assert SECRET.encode() not in bodies[0]


def test_a_lost_connection_is_tried_again_and_the_photo_is_one(chat: Chat) -> None:
    tries: list[str] = []

    def lose(route: Route) -> None:
        tries.append(route.request.method)
        if len(tries) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    chat.page.route("**/photos", lose)
    pick(chat, WIDE, WIDE)
    ready(chat, 2)
    chat.composer.press("Enter")
    chat.expect_answers(2)

    expect(chat.answers.last).to_contain_text("Thank you for the photo.")
    expect(chat.questions.last.locator(".photo")).to_have_count(1)
    assert len(tries) == 3


def test_on_the_merchants_own_page_by_paste_on_a_phone(
    open_context: OpenContext, merchant_url: str, shop: Server
) -> None:
    page = open_context(viewport={"width": 360, "height": 740}, color_scheme="dark").new_page()
    page.goto(merchant_url)
    chat = Chat(page, shop.url)
    chat.open()
    expect(page.get_by_role("button", name="Add a photo")).to_be_visible()
    chat.composer.evaluate(
        """async (field) => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 300 });
            canvas.getContext("2d").fillRect(0, 0, 600, 300);
            const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([blob], "pasted.png", { type: "image/png" }));
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    ready(chat, 1)
    chat.page.get_by_role("button", name="Send").click()
    chat.expect_answers(2)
    expect(chat.questions.last.locator(".photo canvas")).to_be_visible()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
