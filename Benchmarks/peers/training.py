"""Whole training steps beside torch's: network, cross-entropy, backward pass, SGD with momentum.

Both sides start from the same parameters; the loss of the first step and every parameter after it must
agree. Run twice like the rows: as torch comes, and with malloc told to keep its pages.
"""
import numpy as np

from alternation import Contest, Peer
from rows import with_malloc

GROUP = "training step"
NETWORKS = {"resnet20": ((3, 3, 3), (16, 32, 64)), "resnet18": ((2, 2, 2, 2), (64, 128, 256, 512))}
BATCH, CLASSES = 128, 100
PAIRS, SOURCE, TARGET, HIDDEN, VOCABULARY = 64, 48, 16, 256, 10_000
THREADS = 2
RATE, MOMENTUM = 0.01, 0.9


def contests(packages, quick, thread_counts):
    """On two threads, whatever the others run on: nobody trains on one."""
    if "torch" not in packages or quick:
        return
    for name in NETWORKS:
        yield lambda name=name: images(name)
    for cell in ("lstm", "gru"):
        yield lambda cell=cell: sequences(cell)


def flat(parameters):
    import torch
    return torch.cat([parameter.detach().reshape(-1) for parameter in parameters]).numpy().copy()


def peer(name, model, parameters, loss):
    """A step; the first one's loss and parameters are what is compared."""
    import torch
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)

    def run():
        optimizer.zero_grad(set_to_none=True)
        value = loss(model)
        value.backward()
        optimizer.step()
        return value

    return Peer(with_malloc(name), run, lambda value: [value.detach().numpy(), flat(parameters(model))])


def residual_network(blocks, widths):
    import torch.nn as nn
    import torch.nn.functional as F

    class Block(nn.Module):
        def __init__(self, inputs, outputs, stride):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
            self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
            self.downsample = nn.Identity() if stride == 1 and inputs == outputs else nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

        def forward(self, x):
            y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)), inplace=True)))
            return F.relu(y + self.downsample(x), inplace=True)

    layers, channels = [nn.Conv2d(3, widths[0], 3, 1, 1, bias=False), nn.BatchNorm2d(widths[0]),
                        nn.ReLU(inplace=True)], widths[0]
    for stage, (count, width) in enumerate(zip(blocks, widths)):
        for block in range(count):
            layers.append(Block(channels, width, 2 if stage and not block else 1))
            channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, CLASSES))


def images(name, threads=THREADS, seed=0):
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    blocks, widths = NETWORKS[name]
    x, y = torch.randn(BATCH, 3, 32, 32), torch.randint(0, CLASSES, (BATCH,))
    y[0] = CLASSES - 1  # the labels tell our side how many classes there are
    model = residual_network(blocks, widths)
    start = flat(model.parameters())
    peers = []
    for layout, memory_format in (("", torch.contiguous_format), (" channels_last", torch.channels_last)):
        rival = residual_network(blocks, widths)
        rival.load_state_dict(model.state_dict())
        rival, pixels = rival.to(memory_format=memory_format), x.to(memory_format=memory_format)
        peers.append(peer(f"torch{layout}", rival, lambda model: model.parameters(),
                          lambda model, pixels=pixels: F.cross_entropy(model(pixels), y)))
    stages = np.array([blocks, widths])
    return Contest(f"training/{name}/{BATCH}x3x32x32", with_malloc(GROUP), threads, 1, "residual-network",
                   [x.numpy(), y.numpy(), stages, start], peers, tolerance=1e-3)


def sequence_network(cell):
    import torch
    import torch.nn as nn

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            layer = {"lstm": nn.LSTM, "gru": nn.GRU}[cell]
            self.source, self.target = nn.Embedding(VOCABULARY, HIDDEN), nn.Embedding(VOCABULARY, HIDDEN)
            self.encoder = layer(HIDDEN, HIDDEN, batch_first=True, bidirectional=True)
            self.memory = nn.Linear(2 * HIDDEN, HIDDEN)
            self.decoder = layer(HIDDEN, HIDDEN, batch_first=True)
            self.combination, self.output = nn.Linear(2 * HIDDEN, HIDDEN), nn.Linear(HIDDEN, VOCABULARY)

        def forward(self, source, target):
            states, _ = self.encoder(self.source(source))
            queries, _ = self.decoder(self.target(target))
            memory = self.memory(states)
            weights = (queries @ memory.transpose(1, 2)).softmax(-1)
            vectors = torch.tanh(self.combination(torch.cat((weights @ memory, queries), -1)))
            return self.output(vectors).flatten(0, 1)

    return Network()


def use_one_bias(layer):
    """torch adds up two biases of each gate; the second stays 0, but where a GRU needs it."""
    import torch
    for name, bias in layer.named_parameters():
        if name.startswith("bias_hh"):
            bias.data[:] = 0
            if isinstance(layer, torch.nn.LSTM):
                bias.requires_grad_(False)
            else:
                mask = torch.zeros_like(bias)
                mask[2 * HIDDEN:] = 1
                bias.register_hook(lambda gradient, mask=mask: gradient * mask)


def ordered_parameters(model):
    """The parameters in our order: embeddings, encoder, memory, decoder, combination, output."""
    def recurrent(layer, suffix):
        yield from (getattr(layer, f"{name}_l0{suffix}") for name in ("weight_ih", "weight_hh", "bias_ih"))
        second = getattr(layer, f"bias_hh_l0{suffix}")
        if second.requires_grad:
            yield second[2 * HIDDEN:]

    yield from (model.source.weight, model.target.weight)
    for suffix in ("", "_reverse"):
        yield from recurrent(model.encoder, suffix)
    yield from (model.memory.weight, model.memory.bias)
    yield from recurrent(model.decoder, "")
    yield from (model.combination.weight, model.combination.bias, model.output.weight, model.output.bias)


def sequences(cell, threads=THREADS, seed=0):
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    source, target, labels = (torch.randint(0, VOCABULARY, (PAIRS, steps)) for steps in (SOURCE, TARGET, TARGET))
    model = sequence_network(cell)
    use_one_bias(model.encoder)
    use_one_bias(model.decoder)
    start = flat(ordered_parameters(model))
    rival = peer("torch", model, ordered_parameters,
                 lambda model: F.cross_entropy(model(source, target), labels.flatten()))
    return Contest(f"training/{cell}/{PAIRS}x{SOURCE}-{TARGET}x{HIDDEN}x{VOCABULARY}", with_malloc(GROUP), threads, 1,
                   cell, [source.numpy(), target.numpy(), labels.numpy(), np.array([VOCABULARY, HIDDEN]), start],
                   [rival], tolerance=1e-3)
