"""The chapters of a chargeback response, from the records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from PIL import Image as Picture
from reportlab.lib.colors import Color
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Image, KeepTogether, Paragraph, Spacer, Table, TableStyle

from api.desk.wording import words
from api.dispute_file import eastern
from api.dispute_file.pages import AMOUNT, BESIDE, BODY, HEADING, LABEL, LINE, QUOTE, SMALL, TITLE, bound
from api.dispute_file.shaping import RightToLeft, runs_right_to_left
from api.dispute_file.text import Script
from knowledge.shop_profile import ShopProfile
from tools.commerce.disputes.evidence import DisputeFacts, Quote
from tools.commerce.disputes.response import Response, Transaction

PHOTO_PIXELS = 1000
PHOTO_SIDE = 110 * mm
"""Networks take a few megabytes at most: thirty photos of that size have three."""

Content = Iterator[Flowable]


@dataclass(frozen=True)
class _Writer:
    """Puts words on pages, and moments into the shop's time."""

    script: Script
    shop: ShopProfile

    def text(self, words: str, style: ParagraphStyle = BODY) -> Flowable:
        if runs_right_to_left(words):
            return RightToLeft(self.script.plain(words), style)
        if eastern.RUN.search(words):
            # Without blanks between words, a line may end after any sign.
            style = ParagraphStyle(f"{style.name} eastern", style, wordWrap="CJK")
        return Paragraph(self.script.markup(words), style)

    def heading(self, words: str) -> Flowable:
        return self.text(words, HEADING)

    def facts(self, pairs: Sequence[tuple[str, str | None]]) -> Content:
        """A label beside each value; what is not known is left out."""
        known = [[self.text(label, BESIDE), self.text(value)] for label, value in pairs if value]
        if known:
            yield _table(known, ["28%", "72%"])

    def moment(self, at: datetime | None) -> str | None:
        if at is None:
            return None
        local = at.astimezone(self.shop.zone)
        return f"{day(local.date())}, {local:%H:%M} {local:%Z}"

    def photo(self, content: bytes, caption: str) -> Content:
        picture = Picture.open(BytesIO(content))
        picture.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS))
        smaller = BytesIO()
        picture.save(smaller, "JPEG", quality=75)
        scale = PHOTO_SIDE / max(picture.size)
        width, height = (side * scale for side in picture.size)
        yield Image(smaller, width, height, hAlign="LEFT")
        yield Spacer(1, 1.5 * mm)
        yield self.text(caption, SMALL)
        yield Spacer(1, 3 * mm)


def chargeback_response(response: Response, photos: Mapping[str, bytes], shop: ShopProfile) -> bytes:
    """A PDF, in the shop's time; `photos` are JPEGs by their ids. The same records are the same bytes."""
    script = Script()
    writer = _Writer(script, shop)
    story: list[Flowable] = [*_cover(writer, response)]
    for chapter in (_transaction, _timeline, _delivery, _conversation, _policy, _refunds):
        story += chapter(writer, response)
    story += _photos(writer, response, photos)
    story += [writer.text(note, SMALL) for note in script.notes]
    title = f"Dispute {_reference(response.evidence.dispute)}"
    return bound(
        story, script.plain(title), script.plain(shop.name), is_american=shop.locale.endswith(("-US", "-CA"))
    )


def day(on: date) -> str:
    return f"{on:%b} {on.day}, {on.year}"


def _reference(dispute: DisputeFacts) -> str:
    own = dispute.id.partition("-")[0].upper()
    return (dispute.bank.case_reference if dispute.bank else None) or own


def _cover(writer: _Writer, response: Response) -> Content:
    dispute, shop = response.evidence.dispute, writer.shop
    bank = dispute.bank
    code = " ".join(filter(None, (bank.network, bank.reason_code))) if bank else ""
    yield writer.text(f"Response to a dispute: {words(dispute.kind)}", TITLE)
    yield from writer.facts(
        [
            ("Case reference", _reference(dispute)),
            ("Network and reason code", code),
            ("Merchant", ", ".join(filter(None, (shop.name, shop.contact.email, shop.contact.phone)))),
            ("Amount in dispute", dispute.at_stake.text if dispute.at_stake else None),
            ("Order", dispute.order_number),
            ("Disputed on", writer.moment(dispute.opened_at)),
            ("To be answered by", writer.moment(dispute.respond_by)),
        ]
    )
    yield writer.heading("Our position")
    yield writer.text(response.position)
    yield writer.heading("What is claimed")
    yield writer.text(f"“{dispute.claim}”", QUOTE)
    for line in dispute.lines:
        yield writer.text(f"{line.quantity} × {line.name}{_in(line.options)}, {line.paid.text}")


def _transaction(writer: _Writer, response: Response) -> Content:
    found = response.transaction
    if found is None:
        return
    yield writer.heading("Transaction")
    yield from writer.facts(
        [
            ("Order", found.number),
            ("Placed", writer.moment(found.placed_at)),
            ("Cardholder", found.cardholder),
            ("E-mail", found.email),
            ("Delivered to", found.ship_to),
        ]
    )
    yield Spacer(1, 2 * mm)
    yield _sums(writer, found)


def _sums(writer: _Writer, found: Transaction) -> Flowable:
    rows = [(f"{line.quantity} × {line.name}{_in(line.options)}", line.total.text) for line in found.lines]
    rows.append(("Shipping", found.shipping.text))
    rows.append(("Total", found.total.text))
    for charge in found.charges:
        told = [charge.label, words(charge.status), writer.moment(charge.at), charge.reference]
        rows.append((", ".join(filter(None, told)), charge.amount.text))
    return _table(
        [[writer.text(what), writer.text(amount, AMOUNT)] for what, amount in rows], ["80%", "20%"], LINE
    )


def _table(cells: list[list[Flowable]], widths: list[str], ruled: Color | None = None) -> Table:
    # A text longer than a page goes on in the next one.
    table = Table(cells, colWidths=widths, hAlign="LEFT", splitInRow=1)
    everywhere = (0, 0), (-1, -1)
    table.setStyle(
        TableStyle(
            [
                ("LEFTPADDING", *everywhere, 0),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
                ("TOPPADDING", *everywhere, 3 if ruled else 0),
                ("BOTTOMPADDING", *everywhere, 0),
                ("VALIGN", *everywhere, "TOP"),
            ]
        )
    )
    if ruled:
        table.setStyle(TableStyle([("LINEBELOW", *everywhere, 0.5, ruled)]))
    return table


def _timeline(writer: _Writer, response: Response) -> Content:
    if not response.happened:
        return
    yield writer.heading("Timeline")
    for fact in response.happened:
        yield writer.text(" · ".join(filter(None, (writer.moment(fact.at), fact.reference))), LABEL)
        yield writer.text(fact.what)


def _delivery(writer: _Writer, response: Response) -> Content:
    evidence = response.evidence
    if not evidence.proofs and not evidence.promises:
        return
    yield writer.heading("Proof of delivery")
    for promise in evidence.promises:
        yield writer.text(promise.what)
    for proof in evidence.proofs:
        yield from writer.facts(
            [
                ("Parcel", ", ".join(filter(None, (proof.carrier, proof.parcel)))),
                ("Delivered", writer.moment(proof.delivered_at)),
                ("The carrier's words", proof.scan),
                ("Place", proof.place),
                ("Signature", proof.signature),
            ]
        )


def _conversation(writer: _Writer, response: Response) -> Content:
    quotes = response.evidence.conversation
    if not quotes:
        return
    sent: dict[int, int] = {}
    for photo in response.evidence.photos:
        sent[photo.message] = sent.get(photo.message, 0) + 1
    yield writer.heading("Communication with the cardholder")
    for quote in quotes:
        yield writer.text(f"{writer.moment(quote.at)} · {_speaker(writer, quote)}", LABEL)
        count = sent.get(quote.number, 0)
        pictures = f"(with {count} photo{'s' if count > 1 else ''}, below)" if count else None
        yield writer.text("\n".join(filter(None, (quote.text, pictures))), QUOTE)


def _speaker(writer: _Writer, quote: Quote) -> str:
    if quote.who == "shopper":
        return "Customer"
    return f"{writer.shop.name}, {'automatic assistant' if quote.who == 'assistant' else quote.who}"


def _policy(writer: _Writer, response: Response) -> Content:
    evidence = response.evidence
    if not evidence.rules:
        return
    yield writer.heading("Refund policy as disclosed at the purchase")
    then = evidence.policy_then
    if then:
        yield writer.text(f"The shop's rules of {day(then.version)} were in force then.")
    else:
        yield writer.text("The rules of the day of the purchase are not on record; these are today's.")
    for rule in evidence.rules:
        section = f" (“{rule.section.title}”)" if rule.section else ""
        name = rule.path.replace("_", " ").replace(".", ", ").capitalize()
        yield writer.text(f"{name}: {rule.then or rule.now}{section}")


def _refunds(writer: _Writer, response: Response) -> Content:
    money = response.evidence.money
    if money is None:
        return
    yield writer.heading("What was refunded")
    back = money.given_back.text if money.given_back.amount else "nothing"
    yield writer.text(f"{money.paid.text} was paid; {back} of it has been given back.")
    for refund in response.evidence.refunds:
        when = writer.moment(refund.completed_at) or writer.moment(refund.created_at)
        told = [f"{refund.amount.text} to {refund.to}", words(refund.status), when]
        yield writer.text(", ".join(filter(None, told)))


def _photos(writer: _Writer, response: Response, photos: Mapping[str, bytes]) -> Content:
    shown = [photo for photo in response.evidence.photos if photo.id in photos]
    if not shown:
        return
    for number, photo in enumerate(shown, start=1):
        caption = f"Photo {number} of {len(shown)}, sent {writer.moment(photo.sent_at)}"
        above = [writer.heading("Photos from the cardholder")] if number == 1 else []
        yield KeepTogether([*above, *writer.photo(photos[photo.id], caption)])


def _in(options: str | None) -> str:
    return f" ({options})" if options else ""
