"""Right calls of models, chapters 14 and 15."""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models import (
    adapters,
    attention,
    bert,
    bpe,
    fine_tuning,
    gpt,
    layer_norm,
    masking,
    mlp,
    positional_encoding,
    segments,
    sequence_cost,
    span_corruption,
    sparse_attention,
    t5,
    transformer,
    transformer_xl,
    word2vec,
)
from tests.solvers.models.calls import Calls, n, u, whole
from tests.solvers.models.data import tensor

CALLS = Calls()
case = CALLS.case

# ----- chapter 14
qkv = {"Q": n(1, 4, 3), "K": n(2, 5, 3), "V": n(3, 5, 2)}
case("attention.attend", attention.attend, **qkv)
case("attention.attended", attention.attended, **qkv)
case("attention.MultiHead", attention.MultiHead, d=6, heads=2)
case(
    "attention.multi_head",
    lambda Q, K, V, O, x, y: attention.multi_head(attention.Heads(Q, K, V, O), x, y),
    Q=n(1, 2, 4, 2),
    K=n(2, 2, 4, 2),
    V=n(3, 2, 4, 2),
    O=n(4, 4, 4),
    x=n(5, 3, 4),
    y=n(6, 5, 4),
)
case("attention.causal_mask", attention.causal_mask, queries=3, keys=4)
ATTENDED = attention.attend(n(1, 4, 3), n(2, 5, 3), n(3, 5, 2))
case("attention.backward", lambda upstream: attention.backward(ATTENDED, upstream), upstream=n(4, 4, 2))
case("attention.padding_mask", attention.padding_mask, lengths=torch.tensor([1, 3]), keys=4)
case("attention.Heads", attention.Heads, Q=n(1, 2, 4, 2), K=n(2, 2, 4, 2), V=n(3, 2, 4, 2), O=n(4, 4, 4))
HEADS = attention.Heads(n(1, 2, 4, 2), n(2, 2, 4, 2), n(3, 2, 4, 2), n(4, 4, 4))
case("attention.project", lambda x, y: attention.project(HEADS, x, y), x=n(5, 3, 4), y=n(6, 5, 4))
case("attention.concatenate", attention.concatenate, by_head=n(1, 2, 3, 4))
case(
    "attention.multi_head_backward",
    lambda upstream: attention.multi_head_backward(
        HEADS, attention.multi_head(HEADS, n(5, 3, 4), n(6, 5, 4)), upstream
    ),
    upstream=n(7, 3, 4),
)
case("attention.parameter_count", attention.parameter_count, d=4)
case("layer_norm.forward", layer_norm.forward, x=n(1, 3, 4), gamma=n(2, 4), beta=n(3, 4), eps=1e-5)
LAYERED = layer_norm.forward(n(1, 3, 4), n(2, 4), n(3, 4))
case(
    "layer_norm.backward",
    lambda gamma, upstream: layer_norm.backward(LAYERED, gamma, upstream),
    gamma=n(2, 4),
    upstream=n(4, 3, 4),
)
case("layer_norm.normalised", layer_norm.normalised, x=n(1, 3, 4), gamma=n(2, 4), beta=n(3, 4), eps=1e-5)
case("layer_norm.LayerNorm", layer_norm.LayerNorm, d=4, eps=1e-5)
case("positional_encoding.table", positional_encoding.table, length=3, d=4, n=100.0)
case("positional_encoding.encode", positional_encoding.encode, positions=n(1, 3), d=4, n=100.0)
case("positional_encoding.rotation", positional_encoding.rotation, "shift empty", shift=tensor(2.0), d=4, n=100.0)
case("positional_encoding.frequencies", positional_encoding.frequencies, d=4, n=100.0)
case("positional_encoding.PositionalEncoding", positional_encoding.PositionalEncoding, d=4, n=100.0)
case(
    "word2vec.softmax_loss",
    lambda E, C, context, target: word2vec.softmax_loss(word2vec.Vectors(E, C), context, target),
    E=n(1, 5, 3),
    C=n(2, 5, 3),
    context=whole(5, 2),
    target=whole(5, 1)[0],
)
case("word2vec.pairs", lambda window: word2vec.pairs([1, 2, 3], window), window=1)
case("word2vec.draw_negatives", word2vec.draw_negatives, "counts whole", counts=tensor([1, 2, 3]), uniforms=u(1, 4))
case("word2vec.cost", word2vec.cost, kind="cbow", words=8, d=3, context=4)
case("word2vec.Word2Vec", word2vec.Word2Vec, words=5, d=3, kind="softmax")
case("word2vec.huffman", lambda count: word2vec.huffman([count, 2, 3]), count=1)
VECTORS = word2vec.Vectors(n(1, 5, 3), n(2, 5, 3))
case("word2vec.hidden", lambda context: word2vec.hidden(VECTORS, context), context=whole(5, 3))
case(
    "word2vec.softmax_gradient",
    lambda context, target: word2vec.softmax_gradient(VECTORS, context, target),
    context=whole(5, 3),
    target=torch.tensor(2),
)
case("word2vec.Vectors", word2vec.Vectors, E=n(1, 5, 3), C=n(2, 5, 3))
case("word2vec.windows", lambda window: word2vec.windows([1, 2, 3], window), window=1)
case(
    "word2vec.negative_targets",
    word2vec.negative_targets,
    "word large",
    "negatives large",
    word=whole(5, 2),
    negatives=whole(5, 2, 3),
)
case(
    "word2vec.tree_targets",
    lambda word: word2vec.tree_targets(word2vec.huffman([1, 2, 3]), word),
    word=torch.tensor([0, 2]),
)
for logistic in (word2vec.logistic_loss, word2vec.logistic_gradient):
    case(
        f"word2vec.{logistic.__name__}",
        lambda context, word, negatives, logistic=logistic: logistic(
            VECTORS, context, word2vec.negative_targets(word, negatives)
        ),
        context=whole(5, 2),
        word=torch.tensor(1),
        negatives=whole(5, 3),
    )
case("transformer.block_parameters", transformer.block_parameters, d=4, d_ff=8)
case(
    "transformer.Transformer",
    lambda tokens: transformer.Transformer(5, 5, 1, transformer.Sizes(4, 2, 8))(tokens, tokens),
    tokens=whole(5, 2, 3),
)
case("transformer.Sizes", transformer.Sizes, d=4, heads=2, d_ff=8)
case("transformer.FeedForward", transformer.FeedForward, d=4, d_ff=8)
SIZES = transformer.Sizes(4, 2, 8)
case("transformer.EncoderBlock", lambda x: transformer.EncoderBlock(SIZES).double()(x), x=n(1, 2, 3, 4))
case(
    "transformer.DecoderBlock",
    lambda x, memory: transformer.DecoderBlock(SIZES).double()(x, memory),
    x=n(1, 2, 3, 4),
    memory=n(2, 2, 5, 4),
)

# ----- chapter 15
case("sparse_attention.band", sparse_attention.band, n=5, radius=1)
case(
    "sparse_attention.attend",
    lambda Q, K, V: sparse_attention.attend(Q, K, V, sparse_attention.band(4, 1)),
    Q=n(1, 4, 3),
    K=n(2, 4, 3),
    V=n(3, 4, 2),
)
case(
    "sparse_attention.dilated",
    lambda count, radius, gap: sparse_attention.dilated(count, radius, gap),
    count=5,
    radius=1,
    gap=2,
)
case("sparse_attention.blocks", lambda count, size: sparse_attention.blocks(count, size), count=6, size=2)
case("sparse_attention.random", sparse_attention.random, uniforms=u(1, 4, 4), keys=2)
case(
    "sparse_attention.global_nodes",
    lambda count, nodes: sparse_attention.global_nodes(count, nodes),
    "nodes empty",
    count=5,
    nodes=(1, 2),
)
case("sparse_attention.band_pairs", lambda count, radius: sparse_attention.band_pairs(count, radius), count=5, radius=1)


def layers(W: Tensor, b: Tensor, V: Tensor, c: Tensor) -> tuple[mlp.Layer, mlp.Layer]:
    return mlp.Layer(W, b, "tanh"), mlp.Layer(V, c)


case("sparse_attention.reach", lambda layers: sparse_attention.reach(sparse_attention.band(5, 1), layers), layers=2)
case("segments.chunks", segments.chunks, tokens=7, length=3, overlap=1)
case("segments.longest_dependency", segments.longest_dependency, layers=2, length=4, memory=4)
BLOCKS = torch.nn.ModuleList([gpt.Block(4, 2, 8, pre=True).double()])
case("segments.recur", lambda x, keep: segments.recur(BLOCKS, x, keep=keep), x=n(1, 2, 3, 4), keep=2)
case(
    "segments.recur_over",
    lambda x, length, keep: segments.recur_over(BLOCKS, x, length, keep),
    x=n(1, 2, 5, 4),
    length=2,
    keep=2,
)
case(
    "segments.hierarchical",
    lambda x, length: segments.hierarchical(BLOCKS, BLOCKS, x, length),
    x=n(1, 2, 4, 4),
    length=2,
)
case("adapters.Adapter", adapters.Adapter, d=4, middle=2)
case("adapters.low_rank_parameters", adapters.low_rank_parameters, rows=3, columns=4, rank=2)
case(
    "adapters.adapt",
    lambda middle: adapters.adapt(torch.nn.ModuleList([gpt.Block(4, 2, 8, pre=True)]), middle),
    middle=2,
)
case("adapters.adapter_parameters", adapters.adapter_parameters, d=4, middle=2, blocks=2)
case("adapters.LowRank", adapters.LowRank, W=n(1, 3, 4), rank=2, alpha=1.0)
case("sequence_cost.block", sequence_cost.block, tokens=4, d=8)
case("sequence_cost.layer", sequence_cost.layer, kind="self-attention", tokens=4, d=8)
case("sequence_cost.crossover", sequence_cost.crossover, d=8)
case("gpt.Gpt", lambda tokens: gpt.Gpt(gpt.Sizes(5, 6, 4, 2, 1))(tokens), tokens=whole(5, 2, 3))
case("gpt.token_log_probabilities", gpt.token_log_probabilities, logits=n(1, 3, 5), tokens=whole(5, 3))
case("gpt.perplexity", gpt.perplexity, log_probabilities=-u(1, 4))
case(
    "gpt.windowed",
    lambda tokens, k: gpt.windowed(gpt.Gpt(gpt.Sizes(5, 6, 4, 2, 1)), tokens, k),
    tokens=whole(5, 2, 4),
    k=2,
)
case("gpt.parameter_count", lambda blocks: gpt.parameter_count(gpt.Sizes(5, 6, 4, 2, blocks)), blocks=1)
case("gpt.Sizes", gpt.Sizes, vocabulary=5, positions=6, d=4, heads=2, blocks=1)
case("gpt.Block", lambda x: gpt.Block(4, 2, 8, pre=True).double()(x), x=n(1, 2, 3, 4))
case("bert.Bert", lambda tokens: bert.Bert(bert.Sizes(5, 6, 4, 2, 1))(tokens), tokens=whole(5, 2, 3))
case("bert.PreTraining", lambda tokens: bert.PreTraining(bert.Sizes(5, 6, 4, 2, 1))(tokens), tokens=whole(5, 2, 3))
case(
    "masking.mask",
    lambda tokens, choice, fate, replacement: masking.mask(
        tokens, choice, fate, replacement, mask_token=5, vocabulary=5
    ),
    tokens=whole(5, 6),
    choice=u(1, 6),
    fate=u(2, 6),
    replacement=u(3, 6),
)
case(
    "masking.loss",
    lambda logits, tokens: masking.loss(logits, tokens, torch.ones(3, dtype=torch.bool)),
    logits=n(1, 3, 5),
    tokens=whole(5, 3),
)
case("masking.Rule", masking.Rule, chosen=0.15, masked=0.8, random=0.1)
case("masking.expected", masking.expected, count=10)
case("t5.T5", lambda tokens: t5.T5(t5.Sizes(5, 4, 2, 2, 8, 1, 8, 16))(tokens, tokens), tokens=whole(5, 2, 3))
case("t5.bucket", lambda buckets, farthest: t5.bucket(torch.arange(4), buckets, farthest), buckets=8, farthest=16)
case("t5.RmsNorm", lambda d, x: t5.RmsNorm(d).double()(x), d=4, x=n(1, 2, 4))
case("span_corruption.draw", span_corruption.draw, tokens=20, uniforms=u(1, 20))
case(
    "span_corruption.corrupt",
    lambda start, length: span_corruption.corrupt("abcdef", [(start, length)]),
    start=1,
    length=2,
)
case("span_corruption.lengths", lambda tokens: span_corruption.lengths(tokens, [(1, 2)]), tokens=6)
case("bpe.train", lambda merges: bpe.train({"low": 2, "lower": 1}, merges), merges=2)
case("bpe.encode", lambda word: bpe.encode(word, bpe.train({"low": 2}, 2)), "word nonsense", word="lower")
BODY = gpt.Gpt(gpt.Sizes(5, 6, 4, 2, 1))
case(
    "fine_tuning.Classifier",
    lambda classes, tokens: fine_tuning.Classifier(BODY, classes)(tokens),
    classes=2,
    tokens=whole(5, 2, 3),
)
case(
    "fine_tuning.loss",
    lambda tokens, target, auxiliary: fine_tuning.loss(fine_tuning.Classifier(BODY, 2), tokens, target, auxiliary),
    tokens=whole(5, 2, 3),
    target=torch.tensor([0, 1]),
    auxiliary=0.5,
)
case("transformer_xl.RelativeHeads", transformer_xl.RelativeHeads, d=4, heads=2)
case(
    "transformer_xl.RelativeHeads.forward",
    lambda x, y, mask: transformer_xl.RelativeHeads(4, 2, torch.Generator().manual_seed(1)).double()(x, y, mask),
    "mask bits",
    "mask negative",
    "mask large",
    x=n(1, 2, 2, 4),
    y=n(2, 2, 3, 4),
    mask=torch.ones(2, 3, dtype=torch.bool),
)
case(
    "transformer_xl.TransformerXl",
    lambda vocabulary, d, heads, blocks: transformer_xl.TransformerXl(
        transformer_xl.Sizes(vocabulary, d, heads, blocks)
    ),
    vocabulary=4,
    d=4,
    heads=2,
    blocks=1,
)
XL = transformer_xl.Sizes(vocabulary=4, d=4, heads=2, blocks=1)
case(
    "transformer_xl.TransformerXl.read",
    lambda tokens, length, keep: transformer_xl.TransformerXl(XL).read(tokens, length, keep),
    tokens=whole(4, 2, 5),
    length=2,
    keep=3,
)
