"""Writes the safetensors files beside this script with PyTorch: python3 make_fixtures.py

torch 2.13.0 and safetensors 0.8.0 wrote those that are here.
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn

FOLDER = pathlib.Path(__file__).parent


def model():
    torch.manual_seed(1)
    net = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(18, 3))
    net.train()
    for _ in range(3):  # num_batches_tracked becomes 3
        net(torch.randn(5, 1, 8, 8) + 0.5)
    return net.eval()


def main():
    net = model()
    # {"0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var",
    #  "1.num_batches_tracked", "5.weight", "5.bias"}
    save_file(net.state_dict(), FOLDER / "model.safetensors")

    x = torch.randn(4, 1, 8, 8)
    labels = torch.tensor([0, 2, 1, 2])
    logits = net(x)
    nn.functional.cross_entropy(logits, labels).backward()
    save_file(
        {
            "x": x,
            "labels": labels,
            "logits": logits.detach(),
            "softmax": logits.softmax(-1).detach(),
            "softmax over rows": logits.softmax(0).detach(),
            "log-softmax": logits.log_softmax(-1).detach(),
            "logits[1:, -1]": logits[1:, -1].detach().contiguous(),
            "eye": torch.eye(2, 3),
            "gradient of 5.weight": net[5].weight.grad,
            "gradient of 0.weight": net[0].weight.grad,
        },
        FOLDER / "results.safetensors")

    numbers = [0, 1, 2, 100]
    signed = [0, -1, 2, -100]
    save_file(
        {
            "int64": torch.tensor(signed + [2**53 + 1]),
            "int32": torch.tensor(signed + [2**31 - 1], dtype=torch.int32),
            "int16": torch.tensor(signed, dtype=torch.int16),
            "int8": torch.tensor(signed, dtype=torch.int8),
            "uint64": torch.tensor(numbers, dtype=torch.uint64),
            "uint32": torch.tensor(numbers, dtype=torch.uint32),
            "uint16": torch.tensor(numbers, dtype=torch.uint16),
            "uint8": torch.tensor(numbers, dtype=torch.uint8),
            "bool": torch.tensor([False, True]),
            "half": torch.tensor([0.5, -2], dtype=torch.float16),
        },
        FOLDER / "integers.safetensors")


if __name__ == "__main__":
    main()
