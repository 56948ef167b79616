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
_WRITTEN, _WORDS, _CODES = "solvers.lab.sequences", "solvers.lab.words", "solvers.lab.codes"
_GAMES, _DEEP, _SHARED = "solvers.lab.games", "solvers.lab.deep", "solvers.lab.representations"
_UNLABELLED, _SHAPES, _GATES = "solvers.lab.unlabelled", "solvers.lab.landscapes", "solvers.lab.gates"
_TUNED, _SEARCHES = "solvers.lab.tuning", "solvers.lab.searches"
_DESCENT, _HIDDEN = "solvers.lab.optimisation", "solvers.lab.hidden"
_DRIVEN, _PENALTIES, _ENSEMBLES = "solvers.lab.reservoirs", "solvers.lab.penalties", "solvers.lab.ensembles"
_SUM_SOLVED = Milestone("squared error", 0.01, at_least=False)  # the mean alone leaves 1/6
_SUM_BEGUN = Milestone("squared error", 0.15, at_least=False)

LABS = (
    Lab(
        "perceptron", "the perceptron rule", "1.2", "separable points of the plane", "share wrong",
        "decision boundary", f"{_FORWARD}:rule", 400, Milestone("wrong", 0.0, at_least=False),
    ),
    Lab(
        "polynomial", "polynomial regression", "1.1.2", "a noisy wave", "mean squared error",
        "the curve through the points", f"{_FORWARD}:polynomial", 400,
        Milestone("distance from least squares", 1e-9, at_least=False),
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
        "mixture-density", "mixture density network", "4.3.1", "a wave read backwards: one x, several y",
        "-log p(y) of the mixture", "the likely means beside those of one Gaussian", f"{_FORWARD}:many_valued", 2000,
        Milestone("nats ahead of one Gaussian", 0.4),
    ),
    Lab(
        "adversarial", "adversarial training", "6.13", "two moons, moved by FGSM", "mean cross-entropy",
        "decision boundary", f"{_FORWARD}:adversarial", 400, Milestone("accuracy under attack", 0.85),
    ),
    Lab(
        "ridge", "weight decay", "6.2", "a few noisy points and more waves than points", "squared error and penalty",
        "the curves with and without decay", f"{_PENALTIES}:ridge", 3000,
        Milestone("error over that without decay", 0.8, at_least=False),
    ),
    Lab(
        "lasso", "the L1 penalty by ISTA", "6.3", "thirty features of which four count", "squared error and penalty",
        "the weights", f"{_PENALTIES}:sparse_weights", 200, Milestone("features told right", 0.95),
    ),
    Lab(
        "augmentation", "data augmentation", "6.4", "ten digits of our own, moved and noisy", "cross-entropy",
        "accuracy by how far a digit has moved", f"{_ENSEMBLES}:moved_about", 600,
        Milestone("accuracy where moved", 0.95),
    ),
    Lab(
        "label-smoothing", "label smoothing", "6.4", "three clouds that lie apart", "smoothed cross-entropy",
        "how far apart the logits are", f"{_PENALTIES}:smoothed", 400,
        Milestone("distance from the best gap", 0.15, at_least=False),
    ),
    Lab(
        "semi-supervised", "a decoder on the classifier's encoder", "6.5", "8x8 digits, two a class with a label",
        "cross-entropy and squared error", "digits decoded", f"{_UNLABELLED}:half_labelled", 2000,
        Milestone("errors over those of labels alone", 0.8, at_least=False),
    ),
    Lab(
        "self-training", "a classifier that labels for itself", "6.5", "two clouds in thirty dimensions, four labels",
        "cross-entropy, its own labels in it", "decision boundary", f"{_UNLABELLED}:self_trained", 1000,
        Milestone("errors over those of labels alone", 0.5, at_least=False),
    ),
    Lab(
        "transfer", "a trained body under a new head", "6.6", "8x8 digits: which one, then whether it is odd",
        "cross-entropy of the one, then the other", "right answers by digit", f"{_SHARED}:transferred", 600,
        Milestone("accuracy", 0.72),
    ),
    Lab(
        "multi-task", "one trunk for many tasks", "6.7", "24 tasks that look at the same few directions",
        "mean squared error", "the error of each task", f"{_SHARED}:several_tasks", 400,
        Milestone("error over that of single tasks", 0.6, at_least=False),
    ),
    Lab(
        "contrastive", "contrastive self-supervision", "6.8", "pairs of moved, noisy digits of our own", "NT-Xent",
        "cosines of the codes", f"{_UNLABELLED}:contrasted", 500, Milestone("accuracy of the readout", 0.5),
    ),
    Lab(
        "masked", "masked reconstruction", "6.8", "8x8 digits of our own, half of the pixels hidden",
        "squared error a hidden pixel", "digits with holes, and what is told of them", f"{_UNLABELLED}:masked", 1500,
        Milestone("error over the mean's", 0.3, at_least=False),
    ),
    Lab(
        "early-stopping", "early stopping", "6.9", "sixty points of two noisy moons", "mean cross-entropy",
        "training and validation error", f"{_PENALTIES}:stopped", 600,
        Milestone("test loss over that of the last epoch", 0.7, at_least=False),
    ),
    Lab(
        "bagging", "bagging of small networks", "6.12", "bootstrap samples of two noisy moons", "mean cross-entropy",
        "decision boundary of the vote", f"{_ENSEMBLES}:voting", 400,
        Milestone("loss of the average over a member's", 0.8, at_least=False),
    ),
    Lab(
        "dropout", "dropout and weight scaling", "6.12.1", "8x8 digits of our own under heavy noise", "cross-entropy",
        "the mean of sampled sub-networks", f"{_ENSEMBLES}:dropped", 300,
        Milestone("test loss over that without dropout", 0.75, at_least=False),
    ),
    Lab(
        "boosting", "AdaBoost with stumps", "6.12", "two moons", "mean exponential loss",
        "decision boundary", f"{_FORWARD}:boosting", 100, Milestone("accuracy", 0.93),
    ),
    Lab(
        "landscape", "which minimum a start rolls to", "7.2.2", "a cost with nine minima", "mean cost",
        "the cost, and the basin of each start", f"{_SHAPES}:basins", 300, Milestone("as foretold", 0.98),
    ),
    Lab(
        "powers", "the same matrix again and again", "7.2.5", "a vector and a matrix of known eigenvalues",
        "what is left of the parts that vanish", "the size of each eigenvector's part", f"{_SHAPES}:matrix_powers",
        100, Milestone("off V diag(λ^t) V⁻¹ v", 1e-9, at_least=False),
    ),
    Lab(
        "optimizers", "the notes' first-order rules, from descent to Adam", "7.5", "a narrow valley",
        "the cost where momentum is", "paths in the plane", f"{_DESCENT}:rules", 60,
        Milestone("momentum over descent", 0.01, at_least=False),
    ),
    Lab(
        "hessian-free", "Hessian-free optimisation", "7.6", "a deep autoencoder of digits of our own",
        "squared error", "digits that come back", f"{_DESCENT}:curvature", 30,
        Milestone("error over momentum's", 0.8, at_least=False),
    ),
    Lab(
        "pretraining", "greedy layer-wise pre-training", "7.4.1", "8x8 digits, two a class with a label",
        "squared error a layer, then cross-entropy", "what the first layer looks for", f"{_SHARED}:layer_by_layer",
        1800, Milestone("errors over those from random weights", 0.6, at_least=False),
    ),
    Lab(
        "batch-norm", "batch normalisation", "7.7", "two moons", "mean cross-entropy",
        "gradient norms by layer", f"{_DEEP}:normalised", 300, Milestone("accuracy", 0.95),
    ),
    Lab(
        "cnn", "LeNet", "8", "8x8 digits of our own, moved and noisy", "cross-entropy",
        "the filters of the first layer", f"{_FORWARD}:digits", 150, Milestone("accuracy", 0.97),
    ),
    Lab(
        "resnet", "32 layers with and without shortcuts", "8", "8x8 digits of our own, moved and noisy",
        "cross-entropy", "which digit is taken for which", f"{_DEEP}:shortcuts", 300, Milestone("accuracy", 0.95),
    ),
    Lab(
        "fcn", "fully convolutional network", "8.1.12", "squares, crosses and rings under noise",
        "cross-entropy a pixel", "the class of every pixel", f"{_DEEP}:segmented", 1200,
        Milestone("intersection over union", 0.85),
    ),
    Lab(
        "maxout", "a maxout unit", "9.1.3", "points of a parabola", "squared error",
        "the parabola and its tangents", f"{_FORWARD}:maxout", 600, Milestone("squared error", 1e-3, at_least=False),
    ),
    Lab(
        "window", "a network with a window on the past", "10.1.2", "is a bit the same as three before?",
        "cross-entropy", "right answers over time, by the window's width", f"{_WRITTEN}:windowed", 300,
        Milestone("wide enough", 0.98), 12,
    ),
    Lab(
        "hmm", "hidden Markov model by Baum and Welch", "10.2", "throws of a fair and a loaded die",
        "-log P(throws) a throw", "whether the die is loaded, throw by throw", f"{_HIDDEN}:casino", 150,
        Milestone("nats above the true model", 0.0),
    ),
    Lab(
        "kalman", "Kalman filter of an unknown system", "10.2", "something that turns, seen from one side under noise",
        "-log p(y) a step", "what is seen and what was foretold", f"{_HIDDEN}:motion", 250,
        Milestone("nats above the true system", 0.0),
    ),
    Lab(
        "rnn", "plain recurrent network", "12.1", "adding problem", "squared error",
        "gradient norms over time", f"{_TIME}:plain", 1500, _SUM_BEGUN, 50,
    ),
    Lab(
        "jordan", "output-recurrent network, taught and free", "10.3.1", "parity of the bits so far", "cross-entropy",
        "right answers over time, taught and free", f"{_WRITTEN}:jordan", 300, Milestone("free", 0.99), 20,
    ),
    Lab(
        "brnn", "bidirectional recurrent network", "10.3.2", "is the next bit the same?", "cross-entropy of both",
        "right answers over time, both ways and one", f"{_WRITTEN}:both_ways", 300, Milestone("both ways", 0.98), 12,
    ),
    Lab(
        "one-to-n", "from a vector to a sequence", "10.3.3", "drawn digits and their names", "cross-entropy",
        "how likely each letter is at each step", f"{_WRITTEN}:one_to_n", 400, Milestone("words", 0.98),
    ),
    Lab(
        "seq2seq", "recurrent encoder-decoder", "10.3.4", "sequences to copy", "cross-entropy",
        "what the context keeps of each place", f"{_WRITTEN}:encoder_decoder", 1000, Milestone("sequences", 0.95), 6,
    ),
    Lab(
        "deep-rnn", "deep recurrent network", "13.5", "adding problem", "squared error",
        "gradient norms over time", f"{_TIME}:deep", 1500, Milestone("squared error", 0.04, at_least=False), 20,
    ),
    Lab(
        "lstm", "long short-term memory", "13.2", "adding problem", "squared error",
        "gradient norms over time", f"{_TIME}:lstm", 1500, _SUM_SOLVED, 50,
    ),
    Lab(
        "lstm-variants", "an LSTM without one of its parts", "13.2", "sums that begin anew at marks", "squared error",
        "errors over time, part by part", f"{_GATES}:variants", 300, Milestone("no forget gate over whole", 2.5), 40,
    ),
    Lab(
        "gru", "gated recurrent unit", "13.3", "adding problem", "squared error",
        "gradient norms over time", f"{_TIME}:gru", 1500, _SUM_SOLVED, 50,
    ),
    Lab(
        "esn", "echo state network", "13.4", "white noise", "share of memory missing",
        "memory by delay", f"{_TIME}:echo", 50, Milestone("away from the bound", 0.05, at_least=False),
    ),
    Lab(
        "plasticity", "intrinsic plasticity", "13.4", "white noise", "distance from the wanted mean and deviation",
        "the law of the outputs", f"{_DRIVEN}:intrinsic", 60, Milestone("off the wanted law", 0.08, at_least=False),
    ),
    Lab(
        "lsm", "liquid state machine", "13.4", "noisy spike patterns", "cross-entropy of the readout",
        "who spikes when", f"{_DRIVEN}:liquid", 200, Milestone("accuracy", 0.9),
    ),
    Lab(
        "word2vec", "word2vec, skip-gram with negative sampling", "14.2", "sentences of a small language",
        "logistic loss a pair", "the words in the plane", f"{_WORDS}:neighbours", 300,
        Milestone("nearest of the same kind", 0.95),
    ),
    Lab(
        "cbow", "word2vec, CBOW with the hierarchical softmax", "14.2", "sentences of a small language",
        "-log P(word), turn by turn", "the words in the plane", f"{_WORDS}:told_by_neighbours", 400,
        Milestone("nearest of the same kind", 0.95),
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
        "bert", "BERT, a masked language model", "15.3.2", "a short text of our own", "nats a chosen character",
        "attention map, and what it fills in", f"{_WORDS}:masked", 1500, Milestone("masked characters told", 0.6),
    ),
    Lab(
        "transformer-xl", "segments with a memory", "15.2", "patterns that repeat, longer than a segment",
        "cross-entropy", "right answers by place, with and without memory", f"{_ATTENTION}:segmented", 200,
        Milestone("with memory", 0.98),
    ),
    Lab(
        "sparse-attention", "attention on some pairs alone", "15.2", "patterns that repeat", "cross-entropy",
        "which token may look at which", f"{_ATTENTION}:sparse", 150, Milestone("dilated", 0.98),
    ),
    Lab(
        "adapters", "adapters in a model that stands still", "15.2", "sentences, whole or with words exchanged",
        "nats a word, then cross-entropy", "right answers by what was exchanged", f"{_TUNED}:adapted", 500,
        Milestone("with adapters", 0.95),
    ),
    Lab(
        "low-rank", "low-rank updates of frozen matrices", "15.2", "8x8 digits of our own, then mirrored ones",
        "cross-entropy", "singular values of the updates", f"{_TUNED}:low_rank", 500,
        Milestone("errors over those from nothing", 0.85, at_least=False),
    ),
    Lab(
        "fine-tuning", "a language model tuned to a task", "15.3", "sentences, whole or with words exchanged",
        "nats a word, then cross-entropy", "right answers by what was exchanged", f"{_TUNED}:fine_tuned", 500,
        Milestone("tuned", 0.83),
    ),
    Lab(
        "t5", "T5, span corruption", "15.3.3", "patterns that repeat, with spans cut out", "cross-entropy",
        "cross-attention map, and what it writes", f"{_WORDS}:cut_out", 1000, Milestone("letters restored", 0.95),
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
        "gcn", "graph convolution of first order", "11.4.2", "three circles of friends, six people with a label",
        "cross-entropy", "the graph's slowest waves, and who is where", f"{_GRAPHS}:circles", 200,
        Milestone("accuracy", 0.85),
    ),
    Lab(
        "deep-sets", "the universal readout", "11.5", "sets of numbers and their variance", "squared error",
        "answers against the truth", f"{_GRAPHS}:sets", 2000, Milestone("variance explained", 0.9),
    ),
    Lab(
        "fixed-point", "Scarselli's network", "11.6", "small graphs with a marked node", "cross-entropy and penalty",
        "answers by distance", f"{_GRAPHS}:settled", 600, Milestone("accuracy", 0.97),
    ),
    Lab(
        "ggnn", "gated graph network", "11.6.1", "small graphs with a marked node", "cross-entropy",
        "answers by distance", f"{_GRAPHS}:gated", 600, Milestone("accuracy", 0.97),
    ),
    Lab(
        "gaussian-process", "a Gaussian process by its likelihood", "9.1.5", "noisy values of a smooth process",
        "-log p(y) a value", "mean and deviation", f"{_SEARCHES}:process", 200,
        Milestone("nats above the true prior", 0.0),
    ),
    Lab(
        "hyper-search", "model-based search of hyper-parameters", "9.1.5", "an error surface with four wells",
        "the least error yet", "what was tried, first the light ones", f"{_SEARCHES}:hyper_search", 30,
        Milestone("above the least error", 0.03, at_least=False),
    ),
    Lab(
        "structure", "structure of a Bayesian network by its BIC", "18.1.1", "cases of six yes-or-no variables",
        "least -BIC a case yet", "the arrows, true and found", f"{_SEARCHES}:structure", 40,
        Milestone("links told right", 0.99),
    ),
    Lab(
        "bayes-net", "tables of a Bayesian network", "17.3.1", "cases of six yes-or-no variables", "-log P(x) a case",
        "every row of the tables, true, counted and learnt", f"{_SEARCHES}:tables", 300,
        Milestone("largest difference from counting", 1e-4, at_least=False),
    ),
    Lab(
        "markov-net", "Boltzmann machine by its exact gradient", "17.3.2", "cases of nine units on a board",
        "-log P(x) a case", "who pulls and pushes whom, true and found", f"{_HIDDEN}:couplings", 300,
        Milestone("links told right", 0.95),
    ),
    Lab(
        "rbm", "restricted Boltzmann machine, CD-1", "18.3", "bars and stripes, 3x3", "exact -log P(v)",
        "Gibbs samples", f"{_MADE}:rbm", 3000, Milestone("log-likelihood", -3.5),
    ),
    Lab(
        "persistent-cd", "restricted Boltzmann machine, PCD", "18.3", "bars and stripes, 3x3", "exact -log P(v)",
        "Gibbs samples", f"{_MADE}:persistent", 3000, Milestone("log-likelihood", -3.0),
    ),
    Lab(
        "autoencoder", "linear autoencoder", "16.2", "a cloud in eight dimensions", "half the squared error",
        "the code's plane", f"{_MADE}:autoencoder", 5000,
        Milestone("distance of the planes", 1e-6, at_least=False),
    ),
    Lab(
        "sparse", "sparse autoencoder", "16.4", "8x8 digits of our own", "squared error and penalty",
        "what each unit draws", f"{_CODES}:sparse", 1000, Milestone("variance explained", 0.88),
    ),
    Lab(
        "denoising", "denoising autoencoder", "16.5", "a circle with noise", "squared error",
        "where points are sent", f"{_CODES}:denoise", 600, Milestone("distance from the best", 0.01, at_least=False),
    ),
    Lab(
        "contractive", "contractive autoencoder", "16.6", "a circle", "squared error and penalty",
        "the circle and what comes back", f"{_CODES}:contractive", 1500, Milestone("along over across", 1.5),
    ),
    Lab(
        "mixture", "mixture by EM", "19.2", "8x8 digits of our own, pixels flipped", "-log P(x) an example",
        "what each class expects", f"{_MADE}:mixture", 40, Milestone("digits found", 9),
    ),
    Lab(
        "vae", "variational autoencoder", "19.4", "8x8 digits of our own", "minus the lower bound",
        "the latent plane decoded", f"{_MADE}:vae", 1000, Milestone("lower bound", -6.0),
    ),
    Lab(
        "draw", "DRAW, a VAE that paints in strokes", "19.4", "8x8 digits of our own", "minus the lower bound",
        "pictures as they are painted", f"{_CODES}:draw", 700, Milestone("lower bound", -7.0),
    ),
    Lab(
        "gan", "generative adversarial network", "19.5", "a ring of eight Gaussians", "the generator's loss",
        "samples", f"{_GAMES}:gan", 2000, Milestone("modes", 8),
    ),
    Lab(
        "gan-saturating", "the minimax loss where D is sure, and -log D", "19.5", "a ring of eight Gaussians, far away",
        "the discriminator's loss", "samples by both losses", f"{_GAMES}:saturating", 3500,
        Milestone("modes ahead", 5),
    ),
    Lab(
        "dcgan", "DCGAN", "19.5", "8x8 digits of our own under noise", "the generator's loss", "drawings",
        f"{_GAMES}:drawn_digits", 1500, Milestone("digits drawn", 8),
    ),
)  # fmt: skip


def lab_called(name: str) -> Lab | None:
    """The row with this name, if there is one."""
    return next((lab for lab in LABS if lab.name == name), None)
