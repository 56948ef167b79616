"""GPT, BERT, T5, ResNet, Marian's positions and byte pairs against Hugging Face's, in which our weights are put.

Their models have our shapes and are never fetched: counts on torch.device("meta"), logits of small ones in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from solvers.models import bert, bpe, gpt, resnet, t5
from solvers.models.attention import Heads
from solvers.models.layer_table import parameters
from solvers.models.positional_encoding import encode, table
from tests.solvers.models.data import assert_close, normal, uniform
from tests.solvers.models.test_gpt import shuffled

GPT = gpt.Sizes(vocabulary=11, positions=8, d=12, heads=3, blocks=2)
BERT = bert.Sizes(vocabulary=11, positions=8, d=12, heads=3, blocks=2)
T5 = t5.Sizes(vocabulary=11, d=12, heads=3, d_k=5, d_ff=18, blocks=2, buckets=8, farthest=12)
TOKENS = torch.tensor([[1, 4, 2, 6, 0, 10], [3, 3, 5, 1, 2, 9]])
State = dict[str, Tensor]


def library() -> Any:
    return pytest.importorskip("transformers", reason="the oracle transformers is not installed")


def holding(theirs: nn.Module, state: State) -> nn.Module:
    """Their model with our weights, none left out, without dropout."""
    theirs.double().eval().requires_grad_(False).load_state_dict(state)
    return theirs


def on_meta(build: Callable[[], nn.Module]) -> int:
    with torch.device("meta"):
        return parameters(build())


def projections(heads: Heads) -> tuple[list[Tensor], list[Tensor]]:
    """Q, K, V with the heads side by side, (d, h k), and their biases (h k)."""
    biases = [each.flatten() for each in (heads.q, heads.k, heads.v) if each is not None]
    return [each.transpose(0, 1).flatten(1) for each in (heads.Q, heads.K, heads.V)], biases


def both(name: str, weight: Tensor, bias: Tensor | None) -> State:
    """A layer's weight and bias under their name."""
    assert bias is not None
    return {f"{name}.weight": weight, f"{name}.bias": bias}


def norm(name: str, ours: nn.Module) -> State:
    return both(name, *ours.parameters())


# ----- GPT -----


def their_gpt(sizes: gpt.Sizes) -> nn.Module:
    shape = {"vocab_size": sizes.vocabulary, "n_positions": sizes.positions, "n_embd": sizes.d}
    shape |= {"n_head": sizes.heads, "n_layer": sizes.blocks}
    if sizes.pre:
        found = library().GPT2LMHeadModel(library().GPT2Config(**shape, bos_token_id=None, eos_token_id=None))
    else:
        found = library().OpenAIGPTLMHeadModel(library().OpenAIGPTConfig(**shape))
    assert isinstance(found, nn.Module)
    return found


def gpt_pair(sizes: gpt.Sizes) -> tuple[gpt.Gpt, Any]:
    """The same weights in both: their Conv1D multiplies from the left, as ours."""
    ours = shuffled(gpt.Gpt(sizes, torch.Generator().manual_seed(1)))
    assert isinstance(ours, gpt.Gpt)
    tokens, places = ("wte", "wpe") if sizes.pre else ("tokens_embed", "positions_embed")
    state: State = {f"transformer.{tokens}.weight": ours.tokens, f"transformer.{places}.weight": ours.places}
    state |= {"lm_head.weight": ours.tokens} | (norm("transformer.ln_f", ours.end) if sizes.pre else {})
    for k, block in enumerate(ours.blocks):
        assert isinstance(block, gpt.Block)
        heads, here = block.attention.weights(), f"transformer.h.{k}"
        weights, biases = projections(heads)
        state |= both(f"{here}.attn.c_attn", torch.cat(weights, dim=1), torch.cat(biases))
        state |= both(f"{here}.attn.c_proj", heads.O, heads.o)
        state |= both(f"{here}.mlp.c_fc", block.W1, block.b1) | both(f"{here}.mlp.c_proj", block.W2, block.b2)
        state |= norm(f"{here}.ln_1", block.norms[0]) | norm(f"{here}.ln_2", block.norms[1])
    return ours, holding(their_gpt(sizes), state)


each_gpt = pytest.mark.parametrize("sizes", [GPT, replace(GPT, pre=False)], ids=["GPT-2", "GPT-1"])


@each_gpt
def test_gpt_has_the_same_logits(sizes: gpt.Sizes) -> None:
    ours, theirs = gpt_pair(sizes)
    assert_close(ours(TOKENS), theirs(TOKENS).logits, 1e-10)


@each_gpt
def test_gpt_has_the_same_likelihood(sizes: gpt.Sizes) -> None:
    ours, theirs = gpt_pair(sizes)
    mean = gpt.token_log_probabilities(ours(TOKENS), TOKENS).mean()
    assert_close(-mean, theirs(TOKENS, labels=TOKENS).loss.double(), 1e-6)  # they compute it in float32


def continued(theirs: Any, prompt: Tensor, end: int, **options: object) -> list[list[int]]:
    """The five words that their search puts after each prompt, filled up with the end symbol."""
    options |= {"do_sample": False, "max_new_tokens": 5, "pad_token_id": end}
    found = theirs.generate(prompt, attention_mask=torch.ones_like(prompt), **options)[:, prompt.shape[1] :]
    return nn.functional.pad(found, (0, 5 - found.shape[1]), value=end).tolist()


@pytest.mark.parametrize(("first", "end"), [(0, 8), (2, 10), (4, 10)], ids=["one ends", "other", "both end"])
def test_gpt_goes_on_with_the_same_words(first: int, end: int) -> None:
    """The most likely word each time, until the end symbol."""
    ours, theirs = gpt_pair(GPT)
    prompt = TOKENS[:, first : first + 2]
    found = ours.generate(prompt, end, length=5).symbols[:, 0]
    assert found.tolist() == continued(theirs, prompt, end, eos_token_id=end)


@pytest.mark.parametrize("first", range(5))
def test_gpt_s_beam_holds_the_same_texts(first: int) -> None:
    """Three texts without an end: finished ones leave their beam, and stay in ours."""
    ours, theirs = gpt_pair(GPT)
    prompt = TOKENS[:, first : first + 2]
    found = ours.generate(prompt, end=0, length=5, width=3).symbols
    assert not bool((found == 0).any())
    expected = continued(theirs, prompt, 0, num_beams=3, num_return_sequences=3, length_penalty=0.0)
    assert found.flatten(0, 1).tolist() == expected


@pytest.mark.parametrize("sizes", [gpt.GPT1, *gpt.GPT2.values()], ids=["GPT-1", *gpt.GPT2])
def test_published_gpts_are_as_large(sizes: gpt.Sizes) -> None:
    assert on_meta(lambda: their_gpt(sizes)) == gpt.parameter_count(sizes) == on_meta(lambda: gpt.Gpt(sizes))


# ----- BERT -----


def their_bert(sizes: bert.Sizes) -> Any:
    return library().BertConfig(
        vocab_size=sizes.vocabulary,
        max_position_embeddings=sizes.positions,
        hidden_size=sizes.d,
        num_attention_heads=sizes.heads,
        num_hidden_layers=sizes.blocks,
        intermediate_size=4 * sizes.d,
    )


def bert_pair() -> tuple[bert.PreTraining, Any]:
    """The same weights in both; their Linear layers hold the transposed matrices."""
    ours = shuffled(bert.PreTraining(BERT, torch.Generator().manual_seed(1)))
    assert isinstance(ours, bert.PreTraining)
    body = ours.bert
    tables = {"word": body.tokens, "position": body.places, "token_type": body.segments}
    state: State = {f"bert.embeddings.{name}_embeddings.weight": each for name, each in tables.items()}
    state |= norm("bert.embeddings.LayerNorm", body.start)
    for k, block in enumerate(body.blocks):
        assert isinstance(block, gpt.Block)
        state |= bert_block(f"bert.encoder.layer.{k}", block)
    state |= both("bert.pooler.dense", body.pooler.T, body.pooler_bias)
    state |= both("cls.predictions.transform.dense", ours.W.T, ours.b)
    state |= norm("cls.predictions.transform.LayerNorm", ours.norm)
    state |= both("cls.predictions.decoder", body.tokens, ours.word_bias) | {"cls.predictions.bias": ours.word_bias}
    state |= both("cls.seq_relationship", ours.follows.T, ours.follows_bias)
    return ours, holding(library().BertForPreTraining(their_bert(BERT)), state)


def bert_block(here: str, block: gpt.Block) -> State:
    heads = block.attention.weights()
    state: State = {}
    for name, weight, bias in zip(("query", "key", "value"), *projections(heads), strict=True):
        state |= both(f"{here}.attention.self.{name}", weight.T, bias)
    state |= both(f"{here}.attention.output.dense", heads.O.T, heads.o)
    state |= norm(f"{here}.attention.output.LayerNorm", block.norms[0])
    state |= both(f"{here}.intermediate.dense", block.W1.T, block.b1)
    state |= both(f"{here}.output.dense", block.W2.T, block.b2)
    return state | norm(f"{here}.output.LayerNorm", block.norms[1])


def test_bert_has_the_same_logits_of_words_and_of_sentences() -> None:
    ours, theirs = bert_pair()
    segments = torch.tensor([[0, 0, 0, 1, 1, 1], [0, 1, 1, 1, 1, 1]])
    words, follows = ours(TOKENS, segments)
    out = theirs(TOKENS, token_type_ids=segments)
    assert_close(words, out.prediction_logits, 1e-10)
    assert_close(follows, out.seq_relationship_logits, 1e-10)


def test_bert_reads_padded_sentences_alike() -> None:
    ours, theirs = bert_pair()
    lengths = torch.tensor([6, 3])
    real = torch.arange(6) < lengths.unsqueeze(-1)
    words, follows = ours(TOKENS, lengths=lengths)
    out = theirs(TOKENS, attention_mask=real.long())
    assert_close(words[real], out.prediction_logits[real], 1e-10)
    assert_close(follows, out.seq_relationship_logits, 1e-10)


@pytest.mark.parametrize("sizes", [bert.BASE, bert.LARGE], ids=["base", "large"])
def test_published_berts_are_as_large(sizes: bert.Sizes) -> None:
    config = their_bert(sizes)
    assert on_meta(lambda: library().BertModel(config)) == bert.parameter_count(sizes)
    assert on_meta(lambda: library().BertForPreTraining(config)) == bert.parameter_count(sizes, pre_training=True)


# ----- T5 -----


def their_t5(sizes: t5.Sizes) -> nn.Module:
    config = library().T5Config(
        vocab_size=sizes.vocabulary,
        d_model=sizes.d,
        num_heads=sizes.heads,
        d_kv=sizes.d_k,
        d_ff=sizes.d_ff,
        num_layers=sizes.blocks,
        relative_attention_num_buckets=sizes.buckets,
        relative_attention_max_distance=sizes.farthest,
    )
    found = library().T5ForConditionalGeneration(config)
    assert isinstance(found, nn.Module)
    return found


def t5_stack(here: str, stack: t5.Stack, tokens: Tensor) -> State:
    state: State = {f"{here}.embed_tokens.weight": tokens, f"{here}.final_layer_norm.weight": stack.end.gamma}
    state[f"{here}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"] = stack.biases
    for k, block in enumerate(stack.blocks):
        assert isinstance(block, t5.Block)
        layers = {"SelfAttention": block.own} | ({} if block.cross is None else {"EncDecAttention": block.cross})
        last = f"{here}.block.{k}.layer.{len(layers)}.DenseReluDense"
        for place, (name, attention) in enumerate(layers.items()):
            for each, matrix in attention.named_parameters():
                state[f"{here}.block.{k}.layer.{place}.{name}.{each.lower()}.weight"] = matrix.T
        state |= {f"{last}.wi.weight": block.W1.T, f"{last}.wo.weight": block.W2.T}
        for place, each_norm in enumerate(block.norms):
            state[f"{here}.block.{k}.layer.{place}.layer_norm.weight"] = next(each_norm.parameters())
    return state


def test_t5_has_the_same_logits() -> None:
    """Theirs takes roots and softmax in float32, whatever the weights are."""
    ours = shuffled(t5.T5(T5, torch.Generator().manual_seed(1)))
    assert isinstance(ours, t5.T5)
    state: State = {"shared.weight": ours.tokens, "lm_head.weight": ours.tokens}
    state |= t5_stack("encoder", ours.encoder, ours.tokens) | t5_stack("decoder", ours.decoder, ours.tokens)
    theirs, source = holding(their_t5(T5), state), torch.cat([TOKENS, TOKENS.flip(-1), TOKENS], dim=-1)
    found, expected = ours(source, TOKENS), theirs(input_ids=source, decoder_input_ids=TOKENS).logits
    assert_close(found, expected, 1e-5)


@pytest.mark.parametrize("both_sides", [True, False], ids=["both", "past"])
@pytest.mark.parametrize(("buckets", "farthest"), [(32, 128), (8, 12), (6, 20)])
def test_distances_fall_into_the_same_buckets(buckets: int, farthest: int, both_sides: bool) -> None:
    distance = torch.arange(-300, 301)
    attention = pytest.importorskip(f"{library().__name__}.models.t5.modeling_t5").T5Attention
    theirs = attention._relative_position_bucket(distance, both_sides, buckets, farthest)
    assert t5.bucket(distance, buckets, farthest, both=both_sides).tolist() == theirs.tolist()


@pytest.mark.parametrize("sizes", [t5.SMALL, t5.BASE], ids=["small", "base"])
def test_published_t5s_are_as_large(sizes: t5.Sizes) -> None:
    assert on_meta(lambda: their_t5(sizes)) == t5.parameter_count(sizes)


# ----- ResNet -----


def their_resnet(depth: int, classes: int, *, stride_in_3x3: bool = False) -> nn.Module:
    plan = resnet.PLANS[depth]
    widths = [64, 128, 256, 512]
    config = library().ResNetConfig(
        depths=list(plan.blocks),
        hidden_sizes=[4 * each for each in widths] if plan.bottleneck else widths,
        layer_type="bottleneck" if plan.bottleneck else "basic",
        downsample_in_bottleneck=not stride_in_3x3,
        num_labels=classes,
    )
    found = library().ResNetForImageClassification(config)
    assert isinstance(found, nn.Module)
    return found


def layers(model: nn.Module) -> list[nn.Module]:
    """Those with weights, shortcuts before the bodies that they go around."""
    if isinstance(model, resnet.Block):
        return layers(model.shortcut) + layers(model.body)
    if isinstance(model, nn.Conv2d | nn.BatchNorm2d | nn.Linear):
        return [model]
    return [each for child in model.children() for each in layers(child)]


@pytest.mark.parametrize(
    ("depth", "stride_in_3x3"), [(18, False), (50, False), (50, True)], ids=["18", "50", "50-v1.5"]
)
def test_resnet_has_the_same_logits(depth: int, stride_in_3x3: bool) -> None:
    torch.manual_seed(1)
    ours = resnet.resnet(depth, 7, stride_in_3x3=stride_in_3x3).double().eval().requires_grad_(False)
    theirs = their_resnet(depth, 7, stride_in_3x3=stride_in_3x3).double().eval().requires_grad_(False)
    for mine, other in zip(layers(ours), layers(theirs), strict=True):
        if isinstance(mine, nn.BatchNorm2d):  # statistics that are not 0 and 1
            mine.running_mean, mine.running_var = (
                0.1 * normal(1, mine.num_features),
                0.5 + uniform(2, mine.num_features),
            )
        other.load_state_dict(mine.state_dict())
    images = normal(3, 2, 3, 64, 64)
    assert_close(ours(images), theirs(images).logits, 1e-9)


@pytest.mark.parametrize("depth", resnet.PLANS)
def test_published_resnets_are_as_large(depth: int) -> None:
    assert on_meta(lambda: their_resnet(depth, 1000)) == on_meta(lambda: resnet.resnet(depth))


# ----- positions and byte pairs -----


@pytest.mark.parametrize("d", [6, 7, 16])
def test_marian_permutes_the_columns_of_the_positions(d: int) -> None:
    """All sines, then all cosines, where the notes interleave them: in float32."""
    marian = pytest.importorskip(f"{library().__name__}.models.marian.modeling_marian")
    theirs = marian.MarianSinusoidalPositionalEmbedding(40, d).create_weight().double()
    places = torch.arange(40, dtype=torch.float64)
    assert_close(encode(places, d, layout="halves"), theirs, 1e-6)
    assert_close(table(40, d)[:, [*range(0, d, 2), *range(1, d, 2)]], theirs, 1e-6)


CORPORA = {
    "slow": ({"low": 51, "owl": 18, "newer": 19, "lowest": 29, "renew": 24, "wet": 37, "slow": 41, "stew": 9}, 9),
    "banana": ({"banana": 39, "bandana": 32, "ban": 7, "cabana": 31, "cab": 36, "nab": 23}, 8),
}
END = "·"


def test_each_corpus_tells_which_pair_is_next() -> None:
    """Of equally frequent pairs the tokenizers take another than we do, so there are none."""
    for corpus, merges in CORPORA.values():
        ours = bpe.train(corpus, merges, END)
        for k, merge in enumerate(ours):
            counts = bpe.pair_counts({word: bpe.encode(word, ours[:k], END) for word in corpus}, corpus)
            assert list(counts.values()).count(merge.count) == 1


@pytest.mark.parametrize(
    ("name", "unseen"), [("slow", ["lower", "newest", "sterns"]), ("banana", ["abandan", "cab", "dnacabanab"])]
)
def test_byte_pairs_are_those_of_the_tokenizers(name: str, unseen: list[str]) -> None:
    """To them the end mark is one more character of each word."""
    corpus, merges = CORPORA[name]
    tokenizers = pytest.importorskip("tokenizers", reason="the oracle tokenizers is not installed")
    ours = bpe.train(corpus, merges, END)
    theirs = tokenizers.Tokenizer(tokenizers.models.BPE())
    theirs.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    vocabulary = bpe.vocabulary(corpus, ours, END)
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=len(vocabulary), show_progress=False)
    theirs.train_from_iterator([word + END for word, count in corpus.items() for _ in range(count)], trainer)
    assert set(theirs.get_vocab()) == set(vocabulary)
    for word in [*corpus, *unseen]:
        assert tuple(theirs.encode(word + END).tokens) == bpe.encode(word, ours, END)
