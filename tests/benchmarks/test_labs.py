"""What each lab must show when it is run to its end: its milestone at three seeds, and what sets the models apart."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from solvers.lab.driver import Result, train
from solvers.lab.experiment import Setting
from solvers.lab.table import LABS, Lab, lab_called

# torch's own forward mode compiles its rules on first use with a function that torch itself now warns of.
pytestmark = [
    pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning"),
    pytest.mark.timeout(1800),  # three runs a test, which a busy machine may make long
]

SEEDS = (0, 1, 2)
Record = Callable[[str, object], None]


def run(lab: Lab | None, seed: int, length: int | None = None, steps: int | None = None) -> Result:
    assert lab is not None
    found = train(lab, Setting(seed, length=length), lab.steps if steps is None else steps)
    assert isinstance(found, Result), found
    return found


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
def test_the_milestone_is_reached(lab: Lab, seed: int, record_property: Record) -> None:
    found = run(lab, seed)
    value = found.measures[lab.milestone.measure]
    print(f"{lab.name} seed {seed}: {dict(found.measures)}")
    record_property(lab.milestone.measure, value)
    assert lab.milestone.reached(value), f"{lab.milestone}, found {value}"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lstm_solves_the_adding_problem_at_length_100_where_the_plain_network_does_not(seed: int) -> None:
    """The mean alone leaves 1/6."""
    plain, lstm = (run(lab_called(name), seed, 100, 3000).measures["squared error"] for name in ("rnn", "lstm"))
    print(f"adding problem at length 100, seed {seed}: plain {plain:.4f}, LSTM {lstm:.4f}")
    assert lstm < 0.01 < 0.02 < plain


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gru_is_ten_times_nearer_than_the_plain_network(seed: int) -> None:
    plain, gru = (run(lab_called(name), seed).measures["squared error"] for name in ("rnn", "gru"))
    assert plain > 0.02
    assert gru < plain / 10


def test_of_an_lstm_s_parts_the_forget_gate_is_missed_most() -> None:
    for seed in SEEDS:
        found = dict(run(lab_called("lstm-variants"), seed).measures)
        found.pop("no forget gate over whole")
        assert max(found, key=lambda way: found[way]) == "no forget gate", f"seed {seed}: {found}"


def test_one_way_cannot_see_what_comes() -> None:
    for seed in SEEDS:
        assert run(lab_called("brnn"), seed).measures["one way"] < 0.65


def test_sparse_units_are_active_as_seldom_as_was_asked() -> None:
    for seed in SEEDS:
        assert abs(run(lab_called("sparse"), seed).measures["active"] - 0.1) < 0.06


def test_rbm_log_likelihood_rises_under_cd_1_and_stays_below_the_best() -> None:
    for seed in SEEDS:
        found = run(lab_called("rbm"), seed)
        quarters = [sum(found.losses[k * 750 : (k + 1) * 750]) for k in range(4)]
        assert quarters == sorted(quarters, reverse=True)
        assert found.measures["log-likelihood"] < -math.log(14)  # fourteen patterns, each alike: nothing does better


def test_persistent_chains_come_nearer_than_cd_1() -> None:
    for seed in SEEDS:
        near, nearer = (run(lab_called(name), seed).measures["log-likelihood"] for name in ("rbm", "persistent-cd"))
        assert near + 0.2 < nearer < -math.log(14)


def test_the_minimax_generator_stays_where_the_discriminator_is_sure() -> None:
    for seed in SEEDS:
        found = run(lab_called("gan-saturating"), seed).measures
        assert found["modes of log(1 - D)"] == 0
        assert found["D of its samples"] < 1e-3


@pytest.mark.parametrize("name", ["vae", "draw"])
def test_bounds_stay_below_the_entropy_of_their_data(name: str) -> None:
    for seed in SEEDS:
        assert run(lab_called(name), seed).measures["lower bound"] < -math.log(10)  # ten digits, each alike


def test_memory_capacity_is_at_most_the_number_of_units() -> None:
    for seed in SEEDS:
        assert run(lab_called("esn"), seed).measures["memory capacity"] <= 30 * 1.01  # chance adds a little


@pytest.mark.parametrize(("name", "distance"), [("ridge", "distance from ridge"), ("lasso", "distance from the best")])
def test_penalised_descent_ends_at_the_closed_form(name: str, distance: str) -> None:
    for seed in SEEDS:
        assert run(lab_called(name), seed).measures[distance] < 1e-8


def test_hard_labels_pull_the_logits_further_apart_than_smoothed_ones() -> None:
    for seed in SEEDS:
        found = run(lab_called("label-smoothing"), seed).measures
        assert found["gap without smoothing"] > 2 * found["gap"]


def test_what_is_not_augmented_is_lost_where_it_has_moved() -> None:
    for seed in SEEDS:
        assert run(lab_called("augmentation"), seed).measures["without"] < 0.6


@pytest.mark.parametrize(
    ("name", "method", "without", "ahead"),
    [
        ("batch-norm", "accuracy", "accuracy without", 0.3),
        ("resnet", "accuracy", "accuracy without shortcuts", 0.25),
        ("deep-sets", "variance explained", "in order", 0.1),
        ("transfer", "accuracy", "from scratch", 0.1),
        ("fine-tuning", "tuned", "from nothing", 0.1),
        ("adapters", "with adapters", "last matrix alone", 0.1),
        ("gcn", "accuracy", "features alone", 0.3),
        ("contrastive", "accuracy of the readout", "pixels", 0.25),
        ("hmm", "dice told", "by the true model", -0.05),
        ("masked", "having seen whole digits", "error over the mean's", 0.7),
        ("window", "wide enough", "one too few", 0.3),
        ("sparse-attention", "dilated", "blocks", 0.7),
        ("sparse-attention", "band", "blocks", 0.7),
        ("transformer-xl", "with memory", "each segment alone", 0.7),
    ],
)
def test_the_method_is_ahead_of_its_absence(name: str, method: str, without: str, ahead: float) -> None:
    for seed in SEEDS:
        found = run(lab_called(name), seed).measures
        assert found[method] > found[without] + ahead, f"seed {seed}: {dict(found)}"


def test_learnt_tables_are_not_far_below_the_true_ones_and_never_above_what_counting_reaches() -> None:
    for seed in SEEDS:
        found = run(lab_called("bayes-net"), seed).measures
        assert found["nats below the best"] >= -1e-9
        assert found["nats below the truth, learnt"] < 0.03


def test_the_best_graph_scores_no_less_than_the_true_one() -> None:
    for seed in SEEDS:
        assert run(lab_called("structure"), seed).measures["score above the true graph's"] >= -1e-6


def test_every_other_rule_is_below_plain_descent_in_a_narrow_valley() -> None:
    for seed in SEEDS:
        found = dict(run(lab_called("optimizers"), seed).measures)
        descent = found.pop("descent")
        assert all(cost < descent / 2 for name, cost in found.items() if name != "momentum over descent"), found


def test_the_vote_is_wrong_less_often_than_its_members() -> None:
    for seed in SEEDS:
        found = run(lab_called("bagging"), seed).measures
        assert found["vote wrong"] < found["a member wrong"]


def test_a_model_of_the_errors_finds_less_than_chance_does() -> None:
    found = [run(lab_called("hyper-search"), seed).measures for seed in range(8)]
    modelled, chance = (sum(each[name] for each in found) for name in ("above the least error", "at random"))
    assert modelled < chance / 2
