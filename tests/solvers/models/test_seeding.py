"""Starting values: the same from the same generator, in their bounds, and apart from torch's global state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from solvers.models import alexnet, gan, lenet, resnet, transposed_convolution, vae, vgg
from solvers.models.seeding import seeded
from tests.solvers.models.data import assert_close


def layers() -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(50, 40),
        nn.Conv2d(3, 8, 3),
        nn.ConvTranspose2d(6, 4, 5),
        nn.BatchNorm2d(4),
        nn.Linear(9, 2, bias=False),
    )


def values(model: nn.Module) -> torch.Tensor:
    return torch.cat([each.flatten() for each in model.parameters()])


def test_the_generator_alone_decides() -> None:
    one, two, other = (seeded(layers(), torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert_close(values(one), values(two), 0)
    assert float((values(one) - values(other)).abs().max().detach()) > 0.01


def test_torch_global_state_is_left_alone() -> None:
    before = torch.random.get_rng_state()
    model = layers()
    after_making = torch.random.get_rng_state()
    seeded(model, torch.Generator().manual_seed(1))
    assert torch.equal(torch.random.get_rng_state(), after_making)
    torch.random.set_rng_state(before)


def test_bounds_are_one_over_the_root_of_the_fan() -> None:
    model = seeded(layers(), torch.Generator().manual_seed(1))
    for place, fan in ((0, 50), (1, 27), (2, 150), (4, 9)):
        weight = model[place].get_parameter("weight").detach()
        assert float(weight.abs().max()) <= fan**-0.5
        assert float(weight.abs().max()) > 0.8 * fan**-0.5
    assert model[3].get_parameter("weight").tolist() == [1, 1, 1, 1]


def test_without_a_generator_nothing_moves() -> None:
    model = layers()
    before = values(model).clone()
    assert_close(values(seeded(model, None)), before, 0)


BUILDERS: dict[str, Callable[[torch.Generator], nn.Module]] = {
    "alexnet": lambda g: alexnet.one_tower(2, g),
    "vgg": lambda g: vgg.vgg("A", 2, side=32, widths=(2, 2, 2, 2, 2), dense=4, generator=g),
    "resnet": lambda g: resnet.small_resnet(8, 2, width=2, generator=g),
    "lenet": lambda g: lenet.LeNet5(generator=g),
    "modern lenet": lambda g: lenet.modern(2, g),
    "pixels": lambda g: transposed_convolution.FullyConvolutional(1, (2, 3), 2, g),
    "gan": lambda g: gan.dcgan(1, 3, 2, g, side=8),
    "vae": lambda g: vae.convolutional(1, 4, 2, width=2, generator=g),
}


@pytest.mark.parametrize("name", BUILDERS)
def test_networks_of_torch_s_layers_come_from_their_generator_alone(name: str) -> None:
    found = []
    for outside, seed in ((1, 5), (2, 5), (1, 6)):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(outside)
            found.append(values(BUILDERS[name](torch.Generator().manual_seed(seed))).detach())
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])
