"""What a sentence model makes of a text halfway through, put beside what comes out at its end.

Imports torch, which takes seconds: import it where the weights are loaded.
"""

from typing import Required, TypedDict

from sentence_transformers import SentenceTransformer
from torch import Tensor, cat, nn
from torch.nn.functional import normalize


class Features(TypedDict, total=False):
    """What the modules hand on, as far as it matters here."""

    sentence_embedding: Required[Tensor]
    attention_mask: Tensor
    all_layer_embeddings: tuple[Tensor, ...]


class BesideMiddleLayer(nn.Module):
    """The last module of a SentenceTransformer: its embedding, of length 1, and the mean over the text's tokens of the
    middle layer, of length 1. A model without layers has its embedding twice."""

    def forward(self, features: Features) -> Features:
        middle = last = features["sentence_embedding"]
        if layers := features.get("all_layer_embeddings"):
            middle = (layers[len(layers) // 2] * features["attention_mask"].unsqueeze(-1)).sum(1)
        features["sentence_embedding"] = cat([normalize(last, dim=1), normalize(middle, dim=1)], dim=1)
        return features


def beside_middle_layer(model: SentenceTransformer) -> SentenceTransformer:
    """The same model, with BesideMiddleLayer at its end."""
    config = getattr(model.transformers_model, "config", None)
    if config is not None:
        config.output_hidden_states = True
    model.append(BesideMiddleLayer())
    return model
