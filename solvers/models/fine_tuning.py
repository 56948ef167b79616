"""Fine-tuning (notes 15.3): a softmax classifier on a pre-trained GPT or BERT, all of it trained on the new task.

GPT is read at the last real token, BERT through its pooler at the first. GPT-1 adds the language model's loss while it
is tuned: L3 = L2 + λ L1, here both as mean losses to be made small.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from solvers.models.bert import Bert
from solvers.models.checks import BadInput, check_at_least, check_number, check_symbols, picked
from solvers.models.gpt import Gpt, token_log_probabilities


class Classifier(nn.Module):
    """Tokens (N, n), the first `lengths` (N) of each real -> logits (N, classes). The new matrix starts at 0."""

    def __init__(self, body: Gpt | Bert, classes: int) -> None:
        super().__init__()
        check_at_least(2, classes=classes)
        self.body, like = body, body.tokens
        self.W, self.b = nn.Parameter(like.new_zeros(like.shape[1], classes)), nn.Parameter(like.new_zeros(classes))

    def forward(self, tokens: Tensor, lengths: Tensor | None = None) -> Tensor:
        return self.features(tokens, lengths) @ self.W + self.b

    def features(self, tokens: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(N, n) -> (N, d)."""
        if isinstance(self.body, Bert):
            return self.body.pool(self.body(tokens, None, lengths))
        states = self.body.states(tokens)
        if lengths is None:
            return states[:, -1]
        if not bool(((lengths >= 1) & (lengths <= tokens.shape[-1])).all()):
            raise BadInput(f"lengths leave 1 to {tokens.shape[-1]}, but each text has at least one token.")
        return states[torch.arange(len(states), device=states.device), lengths - 1]


def loss(model: Classifier, tokens: Tensor, target: Tensor, auxiliary: float = 0.0) -> Tensor:
    """Mean -log P(class) + λ mean -log P(token | before), the second for a GPT alone: tokens (N, n), classes (N,)."""
    check_number("[0, inf)", auxiliary=auxiliary)
    if auxiliary and not isinstance(model.body, Gpt):
        raise BadInput("auxiliary is not 0, but only a GPT has a language model to go on with.")
    logits = model(tokens)
    check_symbols("target", target, logits.shape[-1], "= texts")
    task = -picked("target", target, torch.log_softmax(logits, dim=-1)).mean()
    if not auxiliary:
        return task
    return task - auxiliary * token_log_probabilities(model.body(tokens), tokens).mean()
