"""The tool that reads what a signed-in shopper has on file."""

from langchain.tools import tool

from tools.arguments import Runtime
from tools.commerce.account import account_facts
from tools.context import ToolAnswer, answer


@tool(response_format="content_and_artifact")
async def get_my_account(runtime: Runtime) -> ToolAnswer:
    """The signed-in person's own details: name, phone, addresses, newsletter, payment methods with their balances.

    Use it before propose_profile_change or where they name a payment method. Needs a sign-in.
    """
    return answer(await runtime.context.read(account_facts))
