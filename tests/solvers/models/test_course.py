"""Everything the course names as a model, chapter by chapter: it is there, and a test judges it by the oracle named.

One row a name: section | what | module.attribute | words in the code of the test file that show its judge. That file is
the module's own unless another is named before the words, "file: words".
"""

from __future__ import annotations

import re
import tokenize
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from solvers import lab, models

TESTS = Path(__file__).parent
COURSE = """
1.1.2   | polynomial regression                  | regression.polynomial            | np.polyfit
1.1.2   | risk of a hypothesis                   | surrogate.risk                   | zero_one_loss
1.2     | perceptron                             | perceptron.predict               | sklearn.linear_model
1.2.1   | perceptron rule, bound                 | perceptron.train                 | sklearn.linear_model
1.2.1   | widest margin                          | separation.widest                | scipy.optimize
1.3     | k folds                                | model_selection.folds            | sklearn.model_selection
1.3     | choice of hyper-parameters             | model_selection.cross_validate   | sklearn.linear_model
2.2     | gradient descent                       | descent.descend                  | optim.SGD
2.3     | linear unit                            | regression.least_squares         | sklearn.linear_model
3.1     | entropy, divergence                    | information.divergence           | scipy_s
3.2     | Bayes-optimal classification           | bayes.optimal                    | Fraction
3.2.1   | maximum likelihood                     | likelihood.fit                   | scipy_fits_the_same
3.2.2   | Gaussian regression                    | heads.HEADS                      | distributions
4.1     | multilayer perceptron                  | mlp.forward                      | nn.Sequential
4.3     | output heads                           | heads.loss                       | F.binary_cross_entropy_with_logits
4.3.1   | mixture density, Poisson, Gaussian     | heads.head                       | distributions
4.4     | activation functions                   | activations.ACTIVATIONS          | F.leaky_relu
4.4.2   | saturation                             | activations.saturation           | F.sigmoid
4.5     | residual and masked layers             | mlp.Layer                        | autograd
4.5     | interpolating ReLU network             | mlp.interpolant                  | np.interp
5.1     | batch, stochastic, mini-batch training | training.mini_batch              | optim.SGD
5.1.2   | back-propagation by hand               | mlp.backward                     | autograd
5.2     | reverse mode over a graph              | reverse_mode.backward            | torch.autograd.grad
6.1     | norm penalties                         | norm_penalties.value             | autograd
6.2     | weight decay                           | norm_penalties.step              | optim.SGD
6.2.1   | ridge regression                       | regression.least_squares         | Ridge
6.2.1   | ridge by SVD and QR                    | least_norm.ridge_by_svd          | sklearn.linear_model
6.3     | lasso                                  | lasso.coordinate_descent         | sklearn.linear_model
6.3.1   | least norms                            | least_norm.least_l1              | linprog
6.4     | data augmentation                      | augmentation.random_shift        | scipy
6.4     | label smoothing, noise                 | label_noise.smoothed_loss        | F.cross_entropy
6.5     | shared encoder                         | semi_supervised.SharedEncoder    | F.cross_entropy
6.5     | self-training                          | semi_supervised.self_train       | test_self_training
6.6     | transfer                               | multi_task.transfer              | transfer_copies
6.7     | multi-task learning                    | multi_task.MultiTask             | autograd
6.8     | masked reconstruction                  | semi_supervised.masked_loss      | hidden_entries_alone
6.8     | contrastive loss                       | semi_supervised.contrastive_loss | F.cosine_similarity
6.9     | early stopping                         | early_stopping.stopping          | against_keras: EarlyStopping
6.10    | tying                                  | norm_penalties.tying             | autograd
6.11    | sparse representations                 | norm_penalties.TiedAutoencoder   | autograd
6.12    | bagging                                | bagging.vote                     | sklearn.ensemble
6.12    | boosting                               | adaboost.boost                   | sklearn.ensemble
6.12.1  | dropout, both ensembles                | dropout.geometric_mean           | sub_networks
6.13    | FGSM                                   | adversarial.fast_sign            | by_hand_and_by_autograd
6.13    | PGD and adversarial training           | adversarial.training_loss        | withstands_more
7.1.1   | surrogate losses                       | surrogate.loss                   | sklearn.metrics
7.1.2   | mini-batches                           | surrogate.batch_gradient_covariance | combinations
7.2.1   | ill-conditioning                       | second_order.best_rate           | hessian
7.2.2   | critical points                        | landscape.critical_points        | np.polynomial
7.2.3   | saddle points                          | second_order.critical_point      | hessian
7.2.4   | gradient clipping                      | clipping.by_norm                 | clip_grad_norm_
7.2.5   | powers of a matrix                     | powers.power                     | np.linalg.matrix_power
7.2.6   | noisy gradients                        | surrogate.batch_gradient_covariance | combinations
7.2.7   | basins                                 | landscape.basins                 | downhill
7.3.1   | SGD, linear decay                      | optimizers.linear_decay          | optim.SGD
7.3.2   | momentum                               | optimizers.momentum              | optim.SGD
7.3.3   | Nesterov                               | optimizers.nesterov              | nesterov=True
7.4     | initialisations                        | initialisation.draw              | nn.Linear
7.4.1   | greedy pre-training                    | pretraining.greedy               | codes_the_codes_below
7.5     | delta-bar-delta                        | optimizers.delta_bar_delta       | delta_bar_delta_in_plain_numbers
7.5.1   | AdaGrad                                | optimizers.adagrad               | optim.Adagrad
7.5.2   | RMSProp                                | optimizers.rmsprop               | optim.RMSprop
7.5.3   | Adam                                   | optimizers.adam                  | optim.Adam
7.6     | Newton                                 | second_order.newton              | hessian
7.6     | conjugate gradients                    | second_order.conjugate_gradients | scipy.sparse
7.6     | non-linear conjugate gradients         | second_order.nonlinear_conjugate_gradients | minimum_of_scipy
7.7     | batch normalisation                    | batch_norm.forward               | nn.BatchNorm
8.1     | LeNet-5                                | lenet.LeNet5                     | cnns: 60_000
8.1     | AlexNet                                | alexnet.two_towers               | cnns: 60_965_224
8.1     | VGG                                    | vgg.vgg                          | against_keras: VGG16
8.1     | ResNet                                 | resnet.resnet                    | against_transformers: ResNetFor
8.1.1   | convolution, cross-correlation         | convolution.cross_correlation    | scipy_signal
8.1.1   | convolution as a matrix, by FFT        | convolution_matrix.convolution_by_fft | scipy.linalg
8.1.1   | the kernel's and the input's gradient  | convolution.kernel_gradient      | autograd.grad
8.1.2   | receptive fields                       | pooling.receptive_fields         | autograd
8.1.3   | costs of layers                        | pooling.convolution_cost         | brute_counting
8.1.4   | equivariance                           | equivariance.tried               | test_verdicts
8.1.5   | inputs of variable size                | transposed_convolution.FullyConvolutional | labels_pixels
8.1.8   | pooling                                | pooling.max_pool                 | F.max_pool2d
8.1.9   | padding                                | convolution.pad                  | F.pad
8.1.11  | unshared convolution                   | convolution.locally_connected    | place_by_place
8.1.12  | transposed convolution                 | transposed_convolution.transposed | F.conv_transpose2d
9.1.1   | metrics, PR curve                      | metrics.pr_curve                 | sklearn
9.1.1   | Bayes error                            | metrics.gaussian_bayes_error     | scipy
9.1.2   | coverage                               | coverage.curve                   | plain_counting
9.1.3   | PReLU, maxout                          | piecewise_linear.maxout          | F.prelu
9.1.4   | diagnosis                              | diagnosis.next_action            | test_the_rule
9.1.4   | learning curves                        | diagnosis.learning_curve         | scipy.optimize
9.1.5   | grid and random search                 | hyper_search.grid                | sklearn.model_selection
9.1.5   | Bayesian search                        | gaussian_process.suggest         | sklearn.gaussian_process
9.1.6   | gradient checks, dead units            | debugging.gradient_error         | autograd.gradcheck
10.1.1  | transductions                          | transduction.classify            | nudging
10.1.2  | windows                                | sequence.windows                 | nn.Conv1d
10.2    | linear dynamical system                | kalman.linear_states             | closed_form
10.2    | Kalman filter                          | kalman.kalman                    | statsmodels
10.2    | hidden Markov model                    | hmm.viterbi                      | hmmlearn
10.2    | hidden Markov model, learnt            | hmm.baum_welch                   | hmmlearn
10.3    | Elman network                          | sequence.elman                   | nn.RNN
10.3    | sequence to one                        | sequence.sequence_to_one         | nn.RNN
10.3.1  | Jordan network, taught and free        | jordan.taught                    | by_hand
10.3.2  | bidirectional network                  | sequence.bidirectional           | bidirectional=True
10.3.3  | one to n                               | sequence.vector_to_sequence      | rx_as_a_bias
10.3.4  | encoder-decoder                        | seq2seq.Seq2Seq                  | nn.RNN
10.3.4  | greedy and beam search                 | decoding.beam                    | is_the_enumeration
11.1    | graphs, walks                          | graph.walks                      | networkx
11.2    | isomorphism, refinement                | graph.isomorphism                | networkx
11.3    | message passing, three heads           | message_passing.GraphNet         | F.conv2d
11.4.1  | NN4G                                   | nn4g.forward                     | against_torch_geometric: GraphConv
11.4.1  | NN4G, grown layer by layer             | nn4g.grow                        | best_correlation
11.4.2  | graph Fourier transform                | spectral.transform               | networkx
11.4.2  | Chebyshev filter                       | spectral.chebyshev_filter        | against_torch_geometric: ChebConv
11.5    | readouts                               | readouts.DeepSets                | told_apart
11.6    | Scarselli's network                    | fixed_point.settle               | np.linalg.solve
11.6.1  | gated graph network                    | ggnn.forward                     | onnx_cells
12.1    | BPTT, full and truncated               | rnn.bptt                         | gradcheck
12.1    | truncated BPTT                         | rnn.truncated_bptt               | truncation_cuts_the_graph
12.1    | RTRL                                   | rnn.rtrl                         | sympy
13.1    | gradient flow                          | rnn.state_jacobian               | jacobian
13.1    | Hessian-free                           | hessian_free.minimise            | torch.func
13.2    | LSTM with peepholes and ablations      | lstm.forward                     | onnx_cells
13.2    | LSTM with full gate recurrence         | lstm.Lstm                        | full_gate_recurrence
13.2    | LSTM, BPTT by hand                     | lstm.backward                    | nn.LSTM
13.3    | GRU, both forms                        | gru.forward                      | onnx_cells
13.4    | echo state network                     | esn.forward                      | reservoirpy
13.4    | memory capacity                        | esn.memory_capacity              | observables.memory_capacity
13.4    | intrinsic plasticity                   | plasticity.adapt                 | IPReservoir
13.4    | liquid state machine                   | lsm.forward                      | snntorch
13.5    | deep recurrent networks                | deep_rnn.forward                 | nn.RNN
14.1    | Transformer                            | transformer.Transformer          | nn.Transformer
14.2    | word2vec: CBOW, skip-gram              | word2vec.Word2Vec                | F.cross_entropy
14.2    | negative sampling                      | word2vec.logistic_gradient       | against_gensim: syn1neg
14.2    | hierarchical softmax                   | word2vec.huffman                 | against_gensim: syn1
14.3    | positional encoding                    | positional_encoding.encode       | sympy
14.4    | scaled dot-product attention           | attention.attend                 | F.scaled_dot_product_attention
14.4.1  | multi-head attention                   | attention.multi_head             | nn.MultiheadAttention
14.4.2  | masks                                  | attention.causal_mask            | is_causal
14.5    | layer normalisation                    | layer_norm.forward               | nn.LayerNorm
14.5    | encoder and decoder blocks             | transformer.DecoderBlock         | nn.TransformerDecoderLayer
15.1    | costs                                  | sequence_cost.block              | FlopCounterMode
15.2    | sparse attention                       | sparse_attention.attend          | networkx
15.2    | segments, chunks                       | segments.recur_over              | autograd
15.2    | attention by distance, segments        | transformer_xl.RelativeHeads     | XLNetRelativeAttention
15.2    | adapters                               | adapters.adapt                   | functional.linear
15.3    | fine-tuning heads                      | fine_tuning.Classifier           | functional.cross
15.3.1  | GPT                                    | gpt.Gpt                          | against_transformers: GPT2LM
15.3.1  | byte-pair encoding                     | bpe.train                        | against_transformers: BpeTrainer
15.3.2  | BERT                                   | bert.PreTraining                 | against_transformers: BertForPre
15.3.2  | masking                                | masking.mask                     | functional.cross
15.3.3  | T5                                     | t5.T5                            | against_transformers: T5For
15.3.3  | span corruption                        | span_corruption.corrupt          | the_published_example
16.1    | autoencoder                            | autoencoder.Autoencoder          | autograd
16.2    | linear autoencoder and PCA             | autoencoder.best_linear          | sklearn.decomposition
16.2.1  | SVD by rotations                       | svd.decompose                    | np.linalg.svd
16.2.1  | PCA                                    | svd.pca                          | sklearn.decomposition
16.3    | overcomplete                           | autoencoder.copying              | can_just_copy
16.4    | sparse                                 | autoencoder.kl_penalty           | distributions
16.5    | denoising                              | denoising.best_denoiser          | autograd.grad
16.6    | contractive                            | autoencoder.contractive_penalty  | jacobian
17.1    | tables of probabilities                | factor.marginal                  | every_order_of_elimination
17.3.1  | Bayesian network                       | bayes_net.posterior              | pgmpy
17.3.1  | its tables from cases                  | table_learning.counted           | pgmpy.estimators
17.3.1  | d-separation                           | dag.d_separated                  | networkx
17.3.2  | Markov network, cliques, Z             | markov_net.partition             | pgmpy
17.3.2  | energies, Boltzmann distribution       | markov_net.boltzmann             | two_ways
17.3.2  | factor graph, sum-product              | factor_graph.sum_product         | against_pgmpy: BeliefPropagation
17.4    | ancestral sampling                     | bayes_net.sample                 | against_pgmpy: forward_sample
18.1.1  | scores of graphs                       | structure_search.bdeu            | pgmpy.estimators
18.1.1  | structure search                       | structure_search.moves           | against_pgmpy: HillClimbSearch
18.1.1  | tabu search                            | structure_search.tabu_search     | hill_climb
18.1.2  | latent variables                       | latent.unit_covariance           | by_the_whole_table
18.2    | mean field                             | mean_field.fit                   | autograd.grad
18.3    | RBM, exact                             | rbm.log_partition                | sklearn.neural_network
18.3    | CD-k                                   | rbm.contrastive_divergence       | on_its_chain
18.3    | persistent CD                          | rbm.persistent_divergence        | same_persistent_step
18.3    | annealed importance sampling           | annealing.run                    | log_partition
18.4.1  | Monte Carlo                            | monte_carlo.estimate             | np.
18.4.2  | importance sampling                    | monte_carlo.importance           | np.
18.4.3  | Markov chain                           | markov_chain.stationary          | np.linalg.eig
18.5    | Gibbs sampling                         | gibbs.run                        | stationary_and_balanced
18.5    | its conditionals                       | gibbs.conditional                | against_pgmpy: GibbsSampling
18.5    | block Gibbs sampling                   | rbm.gibbs                        | chains_follow_their_uniforms
19.2    | lower bound                            | elbo.bound                       | distributions
19.2    | EM                                     | elbo.em                          | steps_against_sums
19.3    | generators, reparametrisation          | generators.reparametrise         | np.linalg.cholesky
19.3    | score function                         | generators.score_function        | autograd.grad
19.4    | VAE                                    | vae.Vae                          | distributions
19.4    | DRAW                                   | draw.Draw                        | nn.LSTMCell
19.5    | GAN, both losses                       | gan.generator_loss               | autograd.grad
19.5    | best discriminator                     | gan.best_discriminator           | the_best_discriminator
19.5    | DCGAN                                  | gan.dcgan                        | sizes_and_parameters
"""
# What several models stand on, judged through them.
SHARED = {"__init__", "algebra", "checks", "layer_table", "layers", "seeding"}


@dataclass(frozen=True)
class Row:
    """One name of the course."""

    section: str
    what: str
    place: str
    judge: str

    @property
    def file(self) -> Path:
        file = self.judge.partition(": ")[0] if ": " in self.judge else self.place.partition(".")[0]
        return TESTS / f"test_{file}.py"

    @property
    def words(self) -> str:
        return self.judge.rpartition(": ")[2]


ROWS = [Row(*(cell.strip() for cell in line.split("|"))) for line in COURSE.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.section} {row.what}")
def test_every_name_of_the_course_is_there_and_judged(row: Row) -> None:
    module, _, attribute = row.place.partition(".")
    assert hasattr(import_module(f"solvers.models.{module}"), attribute)
    code = code_of(row.file)
    assert row.words in "".join(code), f"{row.file.name} does nothing with {row.words}"
    assert attribute in code, f"{row.file.name} does not use {attribute}"
    assert "assert" in code or "assert_close" in code


def code_of(path: Path) -> list[str]:
    """The tokens without comments and texts that stand alone, so that nothing counts which is only said."""
    found, before = [], tokenize.NEWLINE
    with path.open("rb") as file:
        for each in tokenize.tokenize(file.readline):
            said = each.type == tokenize.STRING and before in (tokenize.NEWLINE, tokenize.INDENT)
            if each.type in (tokenize.ENCODING, tokenize.COMMENT, tokenize.NL):
                continue
            if not said:
                found.append(each.string)
            before = each.type
    return found


def test_every_model_has_its_row() -> None:
    """A new file is a name of the course, or something that several models share."""
    files = {path.stem for path in Path(next(iter(models.__path__))).glob("*.py")}
    assert files - SHARED == {row.place.partition(".")[0] for row in ROWS}


def test_every_chapter_has_its_sections_in_order() -> None:
    numbers = [tuple(map(int, row.section.split("."))) for row in ROWS]
    assert numbers == sorted(numbers)
    assert {number[0] for number in numbers} == set(range(1, 20))


RESHAPES = re.compile(r"\.(reshape|view|flatten|unflatten)\(|\b(Flatten|Unflatten)\(")
READABLE = [path for room in (models, lab) for path in sorted(Path(next(iter(room.__path__))).glob("*.py"))]


@pytest.mark.parametrize("path", READABLE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_reshape_says_its_shapes(path: Path) -> None:
    """In a comment on its line or on the line above."""
    before, silent = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        said = "#" in line or before.strip().startswith("#")
        if RESHAPES.search(line) and not said:
            silent.append(line.strip())
        before = line
    assert silent == []
