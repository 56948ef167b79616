"""The labs there are, one row each. Importing this loads nothing slow: the builders are imported when a lab is run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Milestone:
    """What a run of the default length must show: a measure that ends `at_least`, or at most, at `bound`."""

    measure: str
    bound: float
    at_least: bool = True

    def reached(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{self.measure} {'at least' if self.at_least else 'at most'} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Lab:
    """One row: what it is called and shows, where the notes treat it, and "module:function" that builds it.

    `loss` says what one number an update means. `length` tells whether --length applies: its default, or None.
    """

    name: str
    title: str
    notes: str
    data: str
    loss: str
    picture: str
    builds: str
    steps: int
    milestone: Milestone
    length: int | None = None


_FORWARD, _TIME = "solvers.lab.feedforward", "solvers.lab.recurrent"
_ATTENTION, _MADE, _GRAPHS = "solvers.lab.transformers", "solvers.lab.generative", "solvers.lab.graphs"
_SUM_SOLVED = Milestone("squared error", 0.01, at_least=False)  # the mean alone leaves 1/6
_SUM_BEGUN = Milestone("squared error", 0.15, at_least=False)

LABS = (
    Lab(
        "perceptron", "the perceptron rule", "1.2", "separable points of the plane", "share wrong",
        "decision boundary", f"{_FORWARD}:rule", 400, Milestone("wrong", 0.0, at_least=False),
    ),
    Lab(
        "logistic", "logistic regression", "4.3", "two clouds", "mean cross-entropy",
        "decision boundary", f"{_FORWARD}:logistic", 200, Milestone("accuracy", 0.97),
    ),
    Lab(
        "mlp", "multilayer perceptron", "4", "two moons", "mean cross-entropy",
        "decision boundary", f"{_FORWARD}:moons", 500, Milestone("accuracy", 0.98),
    ),
    Lab(
        "cnn", "LeNet", "8", "8x8 digits of our own, moved and noisy", "cross-entropy",
        "the filters of the first layer", f"{_FORWARD}:digits", 150, Milestone("accuracy", 0.97),
    ),
    Lab(
        "rnn", "plain recurrent network", "12.1", "adding problem", "squared error",
        "gradient norms over time", f"{_TIME}:plain", 1500, _SUM_BEGUN, 50,
    ),
    Lab(
        "deep-rnn", "deep recurrent network", "13.5", "adding problem", "squared error",
        "gradient norms over time", f"{_TIME}:deep", 1000, Milestone("squared error", 0.04, at_least=False), 20,
    ),
    Lab(
        "lstm", "long short-term memory", "13.2", "adding problem", "squared error",
        "gradient norms over time", f"{_TIME}:lstm", 1500, _SUM_SOLVED, 50,
    ),
    Lab(
        "gru", "gated recurrent unit", "13.3", "adding problem", "squared error",
        "gradient norms over time", f"{_TIME}:gru", 1500, _SUM_SOLVED, 50,
    ),
    Lab(
        "esn", "echo state network", "13.4", "white noise", "share of memory missing",
        "memory by delay", f"{_TIME}:echo", 50, Milestone("memory capacity", 15.0),
    ),
    Lab(
        "transformer", "Transformer", "14", "sequences to reverse", "cross-entropy",
        "cross-attention map", f"{_ATTENTION}:reversal", 800, Milestone("sequences", 0.99), 8,
    ),
    Lab(
        "gpt", "GPT, a causal language model", "15.3.1", "a short text of our own", "nats a character",
        "attention map, and how the text goes on", f"{_ATTENTION}:language", 600,
        Milestone("characters foretold", 0.9),
    ),
    Lab(
        "gnn", "message-passing network", "11.3", "small graphs with a marked node", "cross-entropy",
        "answers by distance", f"{_GRAPHS}:message_passing", 600, Milestone("accuracy", 0.99),
    ),
    Lab(
        "nn4g", "NN4G", "11.4.1", "small graphs with a marked node", "squared error",
        "answers against the truth", f"{_GRAPHS}:grown_readouts", 800, Milestone("variance explained", 0.9),
    ),
    Lab(
        "ggnn", "gated graph network", "11.6.1", "small graphs with a marked node", "cross-entropy",
        "answers by distance", f"{_GRAPHS}:gated", 600, Milestone("accuracy", 0.97),
    ),
    Lab(
        "rbm", "restricted Boltzmann machine, CD-1", "18.3", "bars and stripes, 3x3", "exact -log P(v)",
        "Gibbs samples", f"{_MADE}:rbm", 3000, Milestone("log-likelihood", -3.5),
    ),
    Lab(
        "autoencoder", "linear autoencoder", "16.2", "a cloud in eight dimensions", "half the squared error",
        "the code's plane", f"{_MADE}:autoencoder", 5000,
        Milestone("distance of the planes", 1e-6, at_least=False),
    ),
    Lab(
        "vae", "variational autoencoder", "19.4", "8x8 digits of our own", "minus the lower bound",
        "the latent plane decoded", f"{_MADE}:vae", 1000, Milestone("lower bound", -6.0),
    ),
    Lab(
        "gan", "generative adversarial network", "19.5", "a ring of eight Gaussians", "the generator's loss",
        "samples", f"{_MADE}:gan", 2000, Milestone("modes", 8),
    ),
)  # fmt: skip


def lab_called(name: str) -> Lab | None:
    """The row with this name, if there is one."""
    return next((lab for lab in LABS if lab.name == name), None)
