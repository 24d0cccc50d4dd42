"""What is known of a product's versions and their stock, for whoever asks of it."""

from bot.embedded.answering import policies
from bot.embedded.answers import Answer, Task
from bot.embedded.reading.references import is_follow_up, refers_back
from bot.embedded.situation import Situation
from bot.embedded.wording import products as wording
from bot.embedded.wording import stock
from tools.cards import Refusal, ToolResult
from tools.product_cards import ProductListCard, StockCard


def of_versions(name: str, task: Task, situation: Situation) -> Answer:
    """Of the versions of one product that the message tells."""
    found = situation.ask("check_stock", product=name)
    if not isinstance(found, StockCard):
        return or_article(task, situation, refused(found))
    return of_stock(found, task, situation)


def of_stock(card: StockCard, task: Task, situation: Situation) -> Answer:
    # Of a product named earlier, the options may have been named with it.
    said = f"{task.text} {situation.text}" if task.resumed else task.text
    goes_on = card.name == situation.memory.product and (is_follow_up(said) or refers_back(said))
    before = situation.memory.text if goes_on else ""
    return Answer(stock.stock(card, said, situation.today, before), product=card.name)


def or_article(task: Task, situation: Situation, otherwise: Answer) -> Answer:
    """What sounded like a product may be a service that the articles speak of: gift wrap, spare parts."""
    return policies.quoted(task, situation) or otherwise


def refused(found: ToolResult) -> Answer:
    if isinstance(found, ProductListCard):
        return Answer(wording.products(found))
    return Answer(found.message if isinstance(found, Refusal) else "I couldn't look that up just now.")
