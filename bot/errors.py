"""What a channel must tell whoever sent a message. Nothing of the message was stored when one of these is raised.

ConversationError
 ├ UnknownConversation    no such conversation, or not its token: the same answer for both
 ├ EmptyMessage           nothing in it to read
 ├ MessageTooLong         over the limit
 ├ ClientMessageReused    the same client_message_id with another text
 ├ UnknownProposal        the conversation has no such proposal
 └ ConversationBusy       the message before it is still being answered: try again later
"""


class ConversationError(Exception):
    """Its message may be shown to the sender; `code` is stable."""

    code = "conversation_error"


class UnknownConversation(ConversationError):
    code = "unknown_conversation"

    def __init__(self) -> None:
        super().__init__("There is no such conversation.")


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


class UnknownProposal(ConversationError):
    code = "unknown_proposal"

    def __init__(self) -> None:
        super().__init__("There is no such proposal.")


class ConversationBusy(ConversationError):
    code = "conversation_busy"

    def __init__(self) -> None:
        super().__init__("The message before this one is still being answered.")
