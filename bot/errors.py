"""What a channel must tell whoever sent a message. It was not stored when one of these is raised, but for the last.

ConversationError
 ├ UnknownConversation    no such conversation, or not its token: the same answer for both
 ├ LinkOver               the link of an e-mail is unknown, expired or used: the same answer for all
 ├ EmptyMessage           nothing in it to read
 ├ MessageTooLong         over the limit
 ├ ClientMessageReused    the same client_message_id with another text, or other photos
 ├ UnknownPhoto           the conversation has no such photo, or no longer
 ├ TooManyPhotos          over the limit of one message
 ├ UnknownProposal        the conversation has no such proposal
 ├ ConversationBusy       the message before it is still being answered: try again later
 ├ Unavailable            the records cannot be reached: nothing was done, try again later
 └ AnswerDelayed          the message was stored, and is answered once the records can be reached again
"""


class ConversationError(Exception):
    """Its message may be shown to the sender; `code` is stable."""

    code = "conversation_error"


class UnknownConversation(ConversationError):
    code = "unknown_conversation"

    def __init__(self) -> None:
        super().__init__("There is no such conversation.")


class LinkOver(ConversationError):
    code = "link_over"

    def __init__(self) -> None:
        super().__init__("This link was used before, or its time is over.")


class EmptyMessage(ConversationError):
    code = "empty_message"

    def __init__(self) -> None:
        super().__init__("The message is empty.")


class MessageTooLong(ConversationError):
    code = "message_too_long"

    def __init__(self, limit: int) -> None:
        super().__init__(f"A message can have at most {limit:,} characters.")


class ClientMessageReused(ConversationError):
    code = "client_message_reused"

    def __init__(self) -> None:
        super().__init__("Another message was sent under this client_message_id.")


class UnknownPhoto(ConversationError):
    code = "unknown_photo"

    def __init__(self) -> None:
        super().__init__("There is no such photo.")


class TooManyPhotos(ConversationError):
    code = "too_many_photos"

    def __init__(self, limit: int) -> None:
        super().__init__(f"A message can have at most {limit} photos.")


class UnknownProposal(ConversationError):
    code = "unknown_proposal"

    def __init__(self) -> None:
        super().__init__("There is no such proposal.")


class ConversationBusy(ConversationError):
    code = "conversation_busy"

    def __init__(self) -> None:
        super().__init__("The message before this one is still being answered.")


class Unavailable(ConversationError):
    code = "unavailable"

    def __init__(self) -> None:
        super().__init__(
            "I can't get at the shop's records right now, so nothing was done. Please try again in a moment."
        )


class AnswerDelayed(ConversationError):
    code = "answer_delayed"

    def __init__(self) -> None:
        super().__init__(
            "Your message has arrived, but I can't get at the shop's records right now. "
            "The answer comes here as soon as I can."
        )
