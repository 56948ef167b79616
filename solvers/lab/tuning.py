"""Labs of a language model that is trained first and then tuned to a task with few labels: wholly, or by adapters.

The language is `data.sentences`; the task is to tell a sentence from one with two of its words exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from solvers.lab import data
from solvers.lab.experiment import Experiment, Phased, Setting, descent, in_phases, stream
from solvers.lab.picture import Curves, Picture
from solvers.models import adapters, fine_tuning, gpt, multi_task
from solvers.models.fine_tuning import Classifier
from solvers.models.gpt import Gpt

SIZES = gpt.Sizes(len(data.WORDS), 5, d=32, heads=2, blocks=2)
LANGUAGE, BATCH, LABELLED, HELD, MIDDLE = 300, 64, 48, 1000, 8
KINDS = ("whole", "1-2", "1-3", "1-4", "2-3", "2-4", "3-4")  # which two words are exchanged


def fine_tuned(setting: Setting) -> Experiment:
    """All weights go on from the language model's, on 48 labelled sentences; the same network begins from nothing."""
    weights = stream(setting.seed, "fine-tuning", "weights")
    language, model, scratch = (Gpt(SIZES, weights) for _ in range(3))
    ways = {"tuned": Classifier(model, 2), "from nothing": Classifier(scratch, 2)}
    return _tuned(setting, "fine-tuning", language, ways, lambda: _carry(language, model))


def adapted(setting: Setting) -> Experiment:
    """The language model stands still: adapters of eight units and a new matrix learn; or that matrix alone."""
    weights = stream(setting.seed, "adapters", "weights")
    language, model, still = (Gpt(SIZES, weights) for _ in range(3))
    model.requires_grad_(False)
    still.requires_grad_(False)
    model.blocks = adapters.adapt(model.blocks, MIDDLE, weights)
    ways = {"with adapters": Classifier(model, 2), "last matrix alone": Classifier(still, 2)}

    def begin() -> None:
        _carry(language, model)
        _carry(language, still)

    return _tuned(setting, "adapters", language, ways, begin)


def _carry(language: Gpt, body: Gpt) -> None:
    """The language model's weights into a body, whose blocks may have adapters about them."""
    theirs = language.state_dict()
    ours = body.state_dict()
    body.load_state_dict({name: theirs.get(name.replace(".block.", "."), each) for name, each in ours.items()})


def _tuned(
    setting: Setting, name: str, language: Gpt, ways: Mapping[str, Classifier], begin: Callable[[], object]
) -> Experiment:
    """First the language, by the next word; then the task, both ways on the same sentences. The first way is judged."""
    models = dict(zip(("first", "second"), ways.values(), strict=True))
    parts = Phased(language=language, **models).to(setting.device)
    generator = stream(setting.seed, name, "data")
    (seen, exchanged), (held, kinds) = (_task(generator, count, setting) for count in (LABELLED, HELD))
    optimizers = [torch.optim.Adam(each.parameters(), lr=1e-3) for each in models.values()]
    reader = torch.optim.Adam(language.parameters(), lr=3e-3)

    def read(generator: torch.Generator) -> Tensor:
        sentences = data.sentences(generator, BATCH).to(setting.device)
        return -gpt.token_log_probabilities(language(sentences), sentences).mean()

    def learn(model: Classifier, optimizer: torch.optim.Optimizer) -> Callable[[torch.Generator], Tensor]:
        return descent(model, lambda _: fine_tuning.loss(model, seen, (exchanged > 0).long()), optimizer)

    moves = (learn(*each) for each in zip(models.values(), optimizers, strict=True))
    advance = in_phases(parts, LANGUAGE, descent(language, read, reader), begin, *moves)

    def right(model: Classifier) -> Tensor:
        with torch.no_grad():
            found: Tensor = (model(held).argmax(dim=-1) == (kinds > 0).long()).double()
        return found

    def measure() -> dict[str, float]:
        accuracies = {way: float(right(model).mean()) for way, model in ways.items()}
        counts = multi_task.counts(models["first"])
        return accuracies | {"share that learns": counts.trainable / (counts.trainable + counts.frozen)}

    def picture() -> Picture:
        lines = tuple(
            (way, tuple(float(right(model)[kinds == k].mean()) for k in range(len(KINDS))))
            for way, model in ways.items()
        )
        return Curves("Right answers: nothing exchanged, then words " + ", ".join(KINDS[1:]), "kind", lines)

    return Experiment(parts, advance, measure, picture, (reader, *optimizers))


def _task(generator: torch.Generator, count: int, setting: Setting) -> tuple[Tensor, Tensor]:
    """Sentences (count, 5), half of them with two words exchanged, and which two, a place in KINDS: (count,)."""
    sentences = data.sentences(generator, count)
    kinds = data.integers(generator, len(KINDS) - 1, count) + 1
    kinds = torch.where(data.uniform(generator, count) < 0.5, 0, kinds)
    orders = torch.arange(5).repeat(len(KINDS), 1)
    for place, kind in enumerate(KINDS[1:], 1):
        i, j = (int(each) for each in kind.split("-"))
        orders[place, [i, j]] = orders[place, [j, i]]
    return sentences.gather(-1, orders[kinds]).to(setting.device), kinds.to(setting.device)
