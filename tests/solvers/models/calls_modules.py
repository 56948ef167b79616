"""Right calls of trainable modules: what is put into a network once it is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from solvers.models import (
    adapters,
    attention,
    autoencoder,
    batch_norm,
    deep_rnn,
    draw,
    dropout,
    fixed_point,
    gan,
    ggnn,
    gpt,
    graph,
    gru,
    jordan,
    layer_norm,
    lenet,
    lstm,
    message_passing,
    mlp,
    multi_task,
    nn4g,
    norm_penalties,
    piecewise_linear,
    positional_encoding,
    readouts,
    resnet,
    rnn,
    semi_supervised,
    sequence,
    t5,
    transformer,
    transposed_convolution,
    vae,
    word2vec,
)
from tests.solvers.models.calls import A, Calls, n, whole

CALLS = Calls()
G = torch.Generator().manual_seed(1)


def case(title: str, build: Callable[[], Any], *allowed: str, **arguments: Any) -> None:
    """The module in float64, called."""
    CALLS.case(f"{title}.forward", build().double().eval(), *allowed, **arguments)


class OnGraphs(nn.Module):
    """A network of graphs, called with the graph's parts."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, A: torch.Tensor, X: torch.Tensor) -> Any:
        return self.network(graph.Graph(A, X))


TOKENS, SIGNAL = n(1, 2, 3, 4), n(2, 2, 5, 3)
case("adapters.Adapter", lambda: adapters.Adapter(4, 2, G), x=TOKENS)
case("adapters.LowRank", lambda: adapters.LowRank(n(1, 4, 3), 2, generator=G), x=TOKENS)
case("adapters.AdaptedBlock", lambda: adapters.AdaptedBlock(gpt.Block(4, 2, 6, pre=True), 2, G), x=TOKENS)
case("attention.MultiHead", lambda: attention.MultiHead(4, 2, generator=G), x=TOKENS, y=n(3, 2, 5, 4))
case("autoencoder.Autoencoder", lambda: autoencoder.Autoencoder((4, 3, 2), generator=G), x=TOKENS)
STILL = batch_norm.NormalisedMlp((4, 3, 2), "tanh", G).double()
STILL.final_pass(n(1, 5, 4))
case("batch_norm.NormalisedMlp", lambda: STILL, x=TOKENS)
case("deep_rnn.DeepRnn", lambda: deep_rnn.DeepRnn(3, (4, 4), 2, generator=G), x=SIGNAL)
case("draw.Draw", lambda: draw.Draw(draw.Sizes(4, 4, 2, 2, 3, 2), G), x=n(1, 2, 4, 4).sigmoid(), noise=n(2, 2, 2, 3))
case("dropout.Dropout", lambda: dropout.Dropout(0.5, G), "x nan", "x empty", x=TOKENS)
TRAINED = dropout.DropoutMlp((4, 3, 2), "tanh", "softmax", (0.8, 0.5), G)
CALLS.case("dropout.DropoutMlp.forward", TRAINED.double(), x=TOKENS)
case("fixed_point.FixedPointNet", lambda: OnGraphs(fixed_point.FixedPointNet(2, 3, 1, generator=G)), A=A, X=n(1, 2, 3))
case("gan.Gan", lambda: gan.dense(2, 3, 2, G), z=n(1, 4, 2))
case("ggnn.Ggnn", lambda: OnGraphs(ggnn.Ggnn(3, 1, 2, generator=G)), A=A, X=n(1, 2, 3))
case("gpt.Block", lambda: gpt.Block(4, 2, 6, pre=False, generator=G), x=TOKENS)
CALLS.case(
    "gpt.Gpt.forward",
    gpt.Gpt(gpt.Sizes(4, 3, d=4, heads=2, blocks=1), G),
    *("mask bits", "mask negative", "mask large"),
    tokens=whole(4, 2, 3),
    mask=torch.ones(3, 3, dtype=torch.bool),
)
case("gru.Gru", lambda: gru.Gru(3, 4, generator=G), x=SIGNAL)
case("jordan.Jordan", lambda: jordan.Jordan(3, 4, 2, G), x=SIGNAL, target=n(3, 2, 5, 2))
case("layer_norm.LayerNorm", lambda: layer_norm.LayerNorm(4), x=TOKENS)
case("lenet.Subsampling", lambda: lenet.Subsampling(2), x=n(1, 3, 2, 4, 4))
case("lenet.PartialConvolution", lambda: lenet.PartialConvolution(kernel=3), x=n(1, 2, 6, 5, 5))
case("lenet.LeNet5", lenet.LeNet5, x=n(1, 2, 1, 32, 32))
case("lstm.Lstm", lambda: lstm.Lstm(3, 4, generator=G), x=SIGNAL)
case("lstm.Lstm.with_peepholes", lambda: lstm.Lstm(3, 4, peepholes=True, generator=G), x=SIGNAL)
case(
    "message_passing.GraphNet",
    lambda: OnGraphs(message_passing.GraphNet([2, 3], "node", generator=G)),
    A=A,
    X=n(1, 2, 3),
)
case("mlp.Mlp", lambda: mlp.Mlp((4, 3, 2), "tanh", "softmax", G), x=TOKENS)
case("multi_task.MultiTask", lambda: multi_task.MultiTask((4, 3), "tanh", [multi_task.Task(2, "softmax")], G), x=TOKENS)
case("nn4g.Nn4g", lambda: OnGraphs(nn4g.Nn4g(2, (3, 2), generator=G)), A=A, X=n(1, 2, 3))
case("norm_penalties.TiedAutoencoder", lambda: norm_penalties.TiedAutoencoder(4, 2, G), x=TOKENS)
case("piecewise_linear.MaxoutLayer", lambda: piecewise_linear.MaxoutLayer(4, 3, 2, G), x=TOKENS)
case("positional_encoding.PositionalEncoding", lambda: positional_encoding.PositionalEncoding(4), embeddings=TOKENS)
case("readouts.DeepSets", lambda: readouts.DeepSets((2, 3), (3, 1), generator=G), H=n(1, 4, 2, 3))
case("resnet.Block", lambda: resnet.Block(2, 2, 1, bottleneck=False), x=n(1, 2, 2, 5, 5))
case("rnn.Rnn", lambda: rnn.Rnn(3, 4, 2, G), x=SIGNAL)
case("semi_supervised.SharedEncoder", lambda: semi_supervised.SharedEncoder(4, 3, 2, G), x=TOKENS)
case("sequence.Tagger", lambda: sequence.Tagger(3, 4, 2, both=True, generator=G), x=SIGNAL)
case("t5.RmsNorm", lambda: t5.RmsNorm(4), x=TOKENS)
case("transformer.FeedForward", lambda: transformer.FeedForward(4, 6, G), x=TOKENS)
case("transformer.EncoderBlock", lambda: transformer.EncoderBlock(transformer.Sizes(4, 2, 6), G), x=TOKENS)
case("gan.Gan.of_images", lambda: gan.dcgan(1, 3, 2, G, side=8), z=n(1, 2, 3))
case("layers.Layers", lambda: lenet.modern(2), x=n(1, 2, 1, 32, 32))
case("resnet.small_resnet", lambda: resnet.small_resnet(8, 2, width=2), x=n(1, 2, 3, 4, 4))
case(
    "vae.Vae.of_images",
    lambda: vae.convolutional(1, 4, 2, width=2, generator=G),
    x=n(1, 2, 1, 4, 4).sigmoid(),
    noise=n(2, 2, 2),
)
case(
    "transposed_convolution.FullyConvolutional",
    lambda: transposed_convolution.FullyConvolutional(1, (2, 3), 2),
    x=n(1, 2, 1, 8, 8),
)
case("word2vec.Word2Vec", lambda: word2vec.Word2Vec(5, 3, generator=G), context=whole(5, 4, 2), target=whole(5, 4))
case("vae.Vae", lambda: vae.dense(4, 3, 2, generator=G), x=n(1, 5, 4).sigmoid(), noise=n(2, 5, 2))


def method(title: str, build: Callable[[], Any], *allowed: str, **arguments: Any) -> None:
    """A method of the module in float64, by the last part of the title."""
    CALLS.case(title, getattr(build().double().eval(), title.rpartition(".")[2]), *allowed, **arguments)


CODES = n(1, 2, 3, 2)
GPT, TRANSFORMER = gpt.Sizes(4, 6, d=4, heads=2, blocks=1), transformer.Sizes(4, 2, 6)
method("attention.MultiHead.remember", lambda: attention.MultiHead(4, 2, generator=G), y=TOKENS)
method("autoencoder.Autoencoder.encode", lambda: autoencoder.Autoencoder((4, 3, 2), generator=G), x=TOKENS)
method("autoencoder.Autoencoder.decode", lambda: autoencoder.Autoencoder((4, 3, 2), generator=G), h=CODES)
method("draw.Draw.generate", lambda: draw.Draw(draw.Sizes(4, 4, 2, 2, 3, 2), G), z=n(1, 2, 2, 3))
method("gan.Gan.logits", lambda: gan.dense(2, 3, 2, G), x=n(1, 4, 2))
method(
    "gpt.Gpt.generate",
    lambda: gpt.Gpt(GPT, G),
    *("prompt none", "end large"),
    prompt=whole(4, 2, 3),
    end=0,
    length=2,
    width=2,
)
method("mlp.Mlp.loss", lambda: mlp.Mlp((4, 3, 2), "tanh", "squared", G), x=TOKENS, y=CODES)
method("norm_penalties.TiedAutoencoder.code", lambda: norm_penalties.TiedAutoencoder(4, 2, G), x=TOKENS)
method("norm_penalties.TiedAutoencoder.loss", lambda: norm_penalties.TiedAutoencoder(4, 2, G), x=TOKENS, sparsity=0.1)
method("semi_supervised.SharedEncoder.reconstruct", lambda: semi_supervised.SharedEncoder(4, 3, 2, G), x=TOKENS)
method(
    "semi_supervised.SharedEncoder.loss",
    lambda: semi_supervised.SharedEncoder(4, 3, 2, G),
    x=n(1, 3, 4),
    y=n(2, 3, 2).softmax(-1),
    unlabelled=n(3, 5, 4),
    share=0.5,
)
method(
    "transformer.Transformer.encode", lambda: transformer.Transformer(4, 5, 1, TRANSFORMER, G), source=whole(4, 2, 3)
)
method(
    "transformer.Transformer.decode",
    lambda: transformer.Transformer(4, 5, 1, TRANSFORMER, G),
    target=whole(5, 2, 3),
    memory=n(1, 2, 4, 4),
)
method(
    "transformer.Transformer.generate",
    lambda: transformer.Transformer(4, 5, 1, TRANSFORMER, G),
    source=whole(4, 2, 3),
    first=0,
    end=1,
    length=2,
    width=2,
)
method("vae.Vae.generate", lambda: vae.dense(4, 3, 2, generator=G), z=n(1, 5, 2))
method("vae.Vae.importance_bound", lambda: vae.dense(4, 3, 2, generator=G), x=n(1, 5, 4).sigmoid(), noise=n(2, 3, 5, 2))
