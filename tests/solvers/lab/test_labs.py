"""Every lab, a few updates: the loss falls, the same seed gives the same curve, a stopped run goes on unharmed."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from solvers.lab import checkpoint
from solvers.lab.driver import Progress, Result, experiment_of, one_thread, train
from solvers.lab.experiment import Setting
from solvers.lab.picture import Curves, Heat, Picture, Plane
from solvers.lab.table import LABS, Lab, lab_called

# torch's own forward mode compiles its rules on first use with a function that torch itself now warns of.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")

SHORT = Setting(seed=1)
NAMES = [lab.name for lab in LABS]
# Updates until the mean of the last quarter of the losses must lie below that of the first, and the sequences' length.
FEW = {
    "bert": 40,
    "draw": 40,
    "gan": 60,
    "rbm": 300,
    "persistent-cd": 300,
    "gnn": 60,
    "ggnn": 60,
    "autoencoder": 60,
    "vae": 40,
    "transformer": 40,
}
LENGTHS = {
    "rnn": 8, "deep-rnn": 8, "lstm": 8, "gru": 8, "transformer": 4, "jordan": 6, "brnn": 6, "window": 6,
    "lstm-variants": 6, "seq2seq": 3,
}  # fmt: skip
PICTURES = {
    "perceptron": Plane, "logistic": Plane, "mlp": Plane, "cnn": Heat, "rnn": Curves, "lstm": Curves, "gru": Curves,
    "esn": Curves, "transformer": Heat, "gpt": Heat, "gnn": Curves, "ggnn": Curves, "rbm": Heat, "autoencoder": Plane,
    "vae": Heat, "gan": Plane, "deep-rnn": Curves, "nn4g": Plane, "polynomial": Plane, "adversarial": Plane,
    "boosting": Plane, "jordan": Curves, "brnn": Curves, "one-to-n": Heat, "seq2seq": Curves, "plasticity": Curves,
    "lsm": Heat, "word2vec": Plane, "bert": Heat, "t5": Heat, "fixed-point": Curves, "sparse": Heat,
    "denoising": Plane, "contractive": Plane, "mixture": Heat, "draw": Heat,
    "ridge": Plane, "lasso": Curves, "augmentation": Curves, "label-smoothing": Curves, "early-stopping": Curves,
    "bagging": Plane, "dropout": Curves, "persistent-cd": Heat, "gan-saturating": Plane, "batch-norm": Curves,
    "resnet": Heat, "fcn": Heat, "deep-sets": Plane, "semi-supervised": Heat, "transfer": Curves, "multi-task": Curves,
    "contrastive": Heat, "pretraining": Heat, "adapters": Curves, "fine-tuning": Curves, "gcn": Plane,
    "gaussian-process": Plane, "structure": Heat, "optimizers": Plane, "hessian-free": Heat, "maxout": Plane,
    "low-rank": Curves, "hyper-search": Heat, "hmm": Curves, "kalman": Curves, "markov-net": Heat,
    "mixture-density": Plane, "cbow": Plane, "dcgan": Heat,
    "self-training": Plane, "masked": Heat, "transformer-xl": Curves, "landscape": Heat, "powers": Curves,
    "sparse-attention": Heat, "bayes-net": Curves, "window": Curves, "lstm-variants": Curves,
}  # fmt: skip


def row(name: str) -> Lab:
    found = lab_called(name)
    assert found is not None
    return found


def setting(name: str, seed: int = 1) -> Setting:
    return Setting(seed, length=LENGTHS.get(name))


def ended(found: Result | str) -> Result:
    assert isinstance(found, Result), found
    return found


def numbers_in(picture: Picture) -> list[float]:
    if isinstance(picture, Curves):
        return [value for _, line in picture.lines for value in line]
    if isinstance(picture, Heat):
        return [value for _, table in picture.tables for line in table for value in line]
    field = [value for line in picture.field for value in line]
    return field + [value for _, group in picture.groups for point in group for value in point]


@pytest.mark.parametrize("name", NAMES)
def test_the_loss_falls(name: str) -> None:
    steps = FEW.get(name, 24)
    found = ended(train(row(name), setting(name), steps))
    quarter = steps // 4
    first, last = found.losses[:quarter], found.losses[-quarter:]
    if name == "gan":  # a game: the generator's loss need not fall, but its samples must come nearer to the data
        assert all(math.isfinite(loss) for loss in found.losses)
        untrained = ended(train(row(name), setting(name), 0))
        assert found.measures["share near a mode"] > untrained.measures["share near a mode"]
    else:
        assert sum(last) < sum(first)
    assert row(name).milestone.measure in found.measures


@pytest.mark.parametrize("name", NAMES)
def test_a_stopped_run_goes_on_as_if_it_had_not(name: str, tmp_path: Path) -> None:
    torch.manual_seed(5)
    outside = torch.random.get_rng_state()
    whole = ended(train(row(name), setting(name), 6, path=tmp_path / "whole"))
    asked = itertools.count()
    parts = tmp_path / "parts"
    stopped = ended(train(row(name), setting(name), 6, path=parts, stop=lambda: next(asked) >= 3))
    assert (stopped.step, stopped.stopped, stopped.losses) == (3, True, whole.losses[:3])
    went_on = ended(train(row(name), setting(name), 6, path=parts, resume=True))
    assert went_on.losses == whole.losses
    assert (went_on.began, went_on.stopped, went_on.step) == (3, False, 6)
    assert went_on.measures == whole.measures
    assert went_on.picture == whole.picture
    one, other = load_file(tmp_path / "whole"), load_file(parts)
    assert one.keys() == other.keys()
    assert all(torch.equal(one[key], other[key]) for key in one)
    assert torch.equal(torch.random.get_rng_state(), outside), "torch's own generator was used"


@pytest.mark.parametrize(
    ("name", "first"), [("transfer", 300), ("adapters", 300), ("low-rank", 300), ("pretraining", 1500)]
)
def test_a_run_of_phases_goes_on_from_either(name: str, first: int, tmp_path: Path) -> None:
    whole = ended(train(row(name), setting(name), first + 4))
    for at in (first - 1, first, first + 2):
        ended(train(row(name), setting(name), at, path=tmp_path / str(at)))
        went_on = ended(train(row(name), setting(name), first + 4, path=tmp_path / str(at), resume=True))
        assert went_on.losses == whole.losses
        assert went_on.measures == whole.measures


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_is_another_curve(name: str) -> None:
    one, other = (ended(train(row(name), setting(name, seed), 3)).losses for seed in (1, 2))
    if name in {"perceptron", "esn"}:  # they begin alike: nothing is wrong yet, or nothing known
        one, other = one[1:], other[1:]
    assert one != other


@pytest.mark.parametrize("name", NAMES)
def test_looking_changes_nothing(name: str) -> None:
    with one_thread():
        experiment = experiment_of(row(name), setting(name))
        before = {key: each.clone() for key, each in checkpoint.tensors_of(experiment).items()}
        first, measured = experiment.picture(), experiment.measure()
        assert (experiment.picture(), experiment.measure()) == (first, measured)
        assert type(first) is PICTURES[name]
        assert all(math.isfinite(value) for value in numbers_in(first))
        after = checkpoint.tensors_of(experiment)
        assert all(torch.equal(before[key], after[key]) for key in before)


def test_every_update_is_told_and_saved_in_time(tmp_path: Path) -> None:
    path, seen = tmp_path / "run", []

    def look(progress: Progress) -> None:
        saved = checkpoint.load(path)
        seen.append((progress.step, saved.step if isinstance(saved, checkpoint.Saved) else 0))

    train(row("logistic"), SHORT, 5, path=path, on_step=look, every=2)
    assert seen == [(1, 0), (2, 0), (3, 2), (4, 2), (5, 4)]
    assert [file.name for file in tmp_path.iterdir()] == ["run"]


def test_going_on_where_nothing_is_left_shows_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "run"
    first = ended(train(row("logistic"), SHORT, 4, path=path))
    again = ended(train(row("logistic"), SHORT, 4, path=path, resume=True))
    assert again == replace(first, began=4)


@pytest.mark.parametrize(
    ("other", "word"),
    [
        pytest.param(Setting(2, length=8), "seed 1, but 2", id="seed"),
        pytest.param(Setting(1, length=9), "length 8, but 9", id="length"),
    ],
)
def test_another_run_is_not_taken_up(other: Setting, word: str, tmp_path: Path) -> None:
    path = tmp_path / "run"
    train(row("rnn"), setting("rnn"), 1, path=path)
    found = train(row("rnn"), other, 2, path=path, resume=True)
    assert isinstance(found, str)
    assert word in found


def test_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    path = tmp_path / "run"
    broken = row("logistic")
    train(broken, SHORT, 2, path=path)
    saved = checkpoint.load(path)
    assert isinstance(saved, checkpoint.Saved)
    tensors = {name: each * torch.nan if name == "model.W.0" else each for name, each in saved.tensors.items()}
    checkpoint.save(path, replace(saved, tensors=tensors))
    found = train(broken, SHORT, 4, path=path, resume=True)
    assert isinstance(found, str)
    assert "update 3 of logistic failed" in found
    again = checkpoint.load(path)
    assert isinstance(again, checkpoint.Saved)
    assert again.step == 2


def test_a_run_computes_on_one_thread_and_gives_them_back() -> None:
    before, seen = torch.get_num_threads(), []
    train(row("logistic"), SHORT, 1, on_step=lambda progress: seen.append(torch.get_num_threads()))
    assert (seen, torch.get_num_threads()) == ([1], before)


def test_listing_names_real_builders() -> None:
    assert len(set(NAMES)) == len(NAMES) == len(PICTURES)
    assert all(lab.steps > 0 and lab.notes and lab.data and lab.picture for lab in LABS)
    assert lab_called("no such lab") is None
