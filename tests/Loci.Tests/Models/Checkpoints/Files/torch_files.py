"""Writes the files of torch.save that TorchFileTests reads, with PyTorch itself (Debian: python3-torch).

python3 torch_files.py    # beside this file
"""
import argparse
import collections
import torch

base = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8
shared = torch.arange(10, dtype=torch.float16)
state = collections.OrderedDict(
    plain=base.clone(),
    transposed=base.clone().t(),
    column=base.clone()[1:3, 2:5],
    shared_a=shared[:4],
    shared_b=shared[3:],
    wide=torch.tensor([1.5]).expand(3),
    bfloat=torch.tensor([1.5, -2.0, 0.001]).to(torch.bfloat16),
    half=torch.tensor([1.5, -2.0]).half(),
    parameter=torch.nn.Parameter(torch.tensor([[1.0, 2.0]])),
    whole=torch.tensor([1, -2], dtype=torch.int64),
    scalar=torch.tensor(7.0),
    empty=torch.zeros(0, 3),
)
torch.save(state, "zip.pt")
torch.save(state, "legacy.pt", _use_new_zipfile_serialization=False)
trained = {
    "args": argparse.Namespace(layers=2, name="tiny", cutoffs=[1, 2]),
    "model": state,
    "optimizer": {"state": {0: {"step": 5, "exp": torch.zeros(2)}}, "param_groups": [{"lr": 0.1, "on": True}]},
    "epoch": -3,
    "big": 2**40,
}
torch.save(trained, "trained.pt")
torch.save({"w": torch.nn.Linear(2, 2)}, "module.pt")


class Evil:
    def __reduce__(self):
        import os
        return os.system, ("echo harmed > /tmp/harmed",)


torch.save({"w": base, "x": Evil()}, "evil.pt")
torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), "script.pt")
