"""The fields that transformers writes for every family."""


def config(architecture, model_type, dtype, **fields):
    common = {"architectures": [architecture], "model_type": model_type, "torch_dtype": dtype}
    return dict(sorted({**common, "transformers_version": "4.46.3", "use_cache": True, **fields}.items()))


def gpt_like(architecture, model_type, dtype, **fields):
    return config(architecture, model_type, dtype, bos_token_id=0, eos_token_id=0, initializer_range=0.02, **fields)
