"""Fills the shop's texts with the shop's values, so that a text can't promise what the rules refuse."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from knowledge.shop_files import ShopFileError
from knowledge.shop_profile import ShopProfile
from knowledge.wording import filters


class Press:
    """Renders texts with one shop's values. A name that they lack is an error, not an empty string."""

    def __init__(self, profile: ShopProfile, policy: dict[str, Any]) -> None:
        # The usual comment mark of Jinja, "{#", starts an anchor here.
        self._environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined,
            autoescape=False,  # The output is Markdown, and HTML in it is shown as text.
            comment_start_string="<!--",
            comment_end_string="-->",
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(filters(profile.currency))
        self._values = {"shop": profile, "policy": policy}

    def text(self, source: str, file: Path) -> str:
        """`source` with its placeholders filled. Raises ShopFileError, which names `file`."""
        try:
            return self._environment.from_string(source).render(self._values)
        except TemplateSyntaxError as error:
            raise ShopFileError(file, f"placeholder: {error.message}") from error
        except (UndefinedError, TemplateError) as error:
            raise ShopFileError(file, f"placeholder: {error}") from error
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise ShopFileError(file, f"a placeholder's value does not suit its filter: {error!r}") from error

    def rules(self, source: str) -> frozenset[str]:
        """Paths in policy.yaml that `source` tells."""
        return frozenset(_rules(self._environment.parse(source)))


def _rules(tree: nodes.Template) -> Iterable[str]:
    """Paths below `policy` that a template reads, each in its full length."""
    chains: list[nodes.Getattr | nodes.Getitem] = [
        *tree.find_all(nodes.Getattr),
        *tree.find_all(nodes.Getitem),
    ]
    inner = {id(chain.node) for chain in chains}
    for chain in chains:
        if id(chain) in inner:
            continue
        path: list[str] = []
        step: nodes.Node = chain
        while isinstance(step, nodes.Getattr | nodes.Getitem):
            if isinstance(step, nodes.Getattr):
                path.append(step.attr)
            elif isinstance(step.arg, nodes.Const):
                path.append(str(step.arg.value))
            step = step.node
        if isinstance(step, nodes.Name) and step.name == "policy":
            yield ".".join(reversed(path))
