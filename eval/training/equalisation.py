"""Weights made ready for int8: what few activations are large is moved into the weights.

Dynamic int8 has one scale for all that goes into a layer, so that a few large channels take the
others' precision. Divided by their own scales, and the weights multiplied by them, the channels are
alike and the layer gives the same (SmoothQuant, Xiao et al. 2023). It is done where MiniLM's
channels differ most: the two layers of each feed-forward part.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn

from qa_examples import Example

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from train_reader import SpanReader

# Of the difference between channels, what is moved into the weights. Of .8 to 1 these four fifths
# leave the smallest difference from float32's logits: .160, with .9 .167.
SHARE: Final = 0.8
PARTS: Final = ("intermediate", "output")
_SMALLEST: Final = 1e-5


class Equalised(nn.Module):
    """A linear layer whose inputs are divided by what its weights are multiplied by."""

    def __init__(self, linear: nn.Linear, scales: Tensor) -> None:
        super().__init__()
        self.linear = nn.Linear(linear.in_features, linear.out_features)
        self.linear.load_state_dict({"weight": linear.weight * scales, "bias": linear.bias})
        self.inverse = nn.Buffer(1 / scales)

    def forward(self, hidden: Tensor) -> Tensor:
        """Return what the layer itself returns."""
        equal: Tensor = self.linear(hidden * self.inverse)
        return equal


@torch.no_grad()
def equalise(model: "SpanReader", examples: Sequence[Example], tokenizer: "Tokenizer") -> None:
    """Equalise a reader's feed-forward layers by the activations that questions give."""
    parts = [getattr(layer, name) for layer in model.bert.encoder.layer for name in PARTS]
    largest = [torch.zeros(part.dense.in_features) for part in parts]

    def watch(at: int) -> torch.utils.hooks.RemovableHandle:
        def look(_: nn.Module, given: tuple[Tensor, ...]) -> None:
            largest[at] = torch.maximum(largest[at], given[0].abs().amax((0, 1)))

        return parts[at].dense.register_forward_pre_hook(look)

    watching = [watch(at) for at in range(len(parts))]
    model.eval()
    for each in examples:
        read = tokenizer.encode(each.question, each.context)
        model(*(torch.tensor([ids]) for ids in (read.ids, read.attention_mask, read.type_ids)))
    for handle in watching:
        handle.remove()
    for part, most in zip(parts, largest, strict=True):
        weights = part.dense.weight.abs().amax(0).clamp_min(_SMALLEST)
        scales = most.clamp_min(_SMALLEST) ** SHARE / weights ** (1 - SHARE)
        part.dense = Equalised(part.dense, scales / scales.log().mean().exp())
