"""Labs of a language model that is trained first and then tuned to a task with few labels: wholly, or by adapters.

The language is `data.sentences`; the task is to tell a sentence from one with two of its words exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.experiment import Experiment, Phased, Setting, descent, in_phases, numbers, ratio, share_wrong, stream
from solvers.lab.picture import Curves, Picture
from solvers.models import adapters, augmentation, fine_tuning, gpt, multi_task
from solvers.models.adapters import LowRank
from solvers.models.fine_tuning import Classifier
from solvers.models.gpt import Gpt
from solvers.models.mlp import Mlp

SIZES = gpt.Sizes(len(data.WORDS), 5, d=32, heads=2, blocks=2)
LANGUAGE, BATCH, LABELLED, HELD, MIDDLE = 300, 64, 48, 1000, 8
MIRRORED, RANK = 100, 8
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


class Updated(nn.Module):
    """A network whose matrices stand still and are moved by low-rank updates: (..., N, in) -> (..., N, out)."""

    def __init__(self, source: Mlp, rank: int, generator: torch.Generator) -> None:
        super().__init__()
        self.updates = nn.ModuleList([LowRank(W.mT, rank, rank, generator) for W in source.W])
        self.b = nn.ParameterList([b.detach().clone() for b in source.b])
        self.b.requires_grad_(False)

    def carry(self, source: Mlp) -> None:
        """Takes over what the source has learnt."""
        for update, W in zip(self.updates, source.W, strict=True):
            update.get_buffer("W").copy_(W.detach().mT)
        self.b.load_state_dict(source.b.state_dict())

    def forward(self, x: Tensor) -> Tensor:
        for place, (update, b) in enumerate(zip(self.updates, self.b, strict=True)):
            x = update(torch.relu(x) if place else x) + b
        return x


def low_rank(setting: Setting) -> Experiment:
    """First digits as they are; then a hundred mirrored ones: updates of rank eight, or a network from nothing."""
    generator = stream(setting.seed, "low-rank", "data")
    (x, y), (held, classes) = (_mirrored(generator, count, setting) for count in (MIRRORED, HELD))
    weights, sizes = stream(setting.seed, "low-rank", "weights"), (64, 64, 64, 10)
    source, scratch = (Mlp(sizes, "relu", "softmax", weights).to(x) for _ in range(2))
    model = Updated(source, RANK, weights).to(x)
    parts = Phased(source=source, model=model, scratch=scratch)
    optimizers = tuple(torch.optim.Adam(each.parameters(), lr=3e-3) for each in (source, model, scratch))

    def first(generator: torch.Generator) -> Tensor:
        images, labels = data.glyphs(generator, BATCH)
        # (N, 1, 8, 8) -> (N, 64)
        return F.cross_entropy(source(images.flatten(1).to(setting.device)), labels.to(setting.device))

    advance = in_phases(
        parts, LANGUAGE, descent(source, first, optimizers[0]), lambda: model.carry(source),
        descent(model, lambda _: F.cross_entropy(model(x), y), optimizers[1]),
        descent(scratch, lambda _: F.cross_entropy(scratch(x), y), optimizers[2]),
    )  # fmt: skip

    @torch.no_grad()
    def wrong(network: nn.Module) -> float:
        return share_wrong(network(held), classes)

    def measure() -> dict[str, float]:
        counts = multi_task.counts(model)
        return {
            "errors over those from nothing": ratio(wrong(model), wrong(scratch)), "accuracy": 1 - wrong(model),
            "without an update": 1 - wrong(source), "numbers that learn": float(counts.trainable),
        }  # fmt: skip

    def picture() -> Picture:
        change = [(update.get_parameter("A") @ update.get_parameter("B")).detach() for update in model.updates]
        found = [numbers(torch.linalg.svdvals(each)[:10]) for each in change]
        lines = tuple((f"matrix {place + 1}", each) for place, each in enumerate(found))
        title = "Low-rank updates: the singular values of what each matrix is changed by"
        return Curves(title, "place", lines, first=1)

    return Experiment(parts, advance, measure, picture, optimizers)


def _mirrored(generator: torch.Generator, count: int, setting: Setting) -> tuple[Tensor, Tensor]:
    images, classes = data.glyphs(generator, count)
    # (N, 1, 8, 8) -> (N, 64)
    return augmentation.mirror(images).flatten(1).to(setting.device), classes.to(setting.device)


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
