"""Makes test/fixtures/families: tiny models of random weights, one a folder, exported as people export theirs.

    python -m venv /elsewhere/venv
    /elsewhere/venv/bin/pip install torch==2.13 transformers==4.57.6 optimum-onnx==0.1.0 onnx==1.23 onnxscript==0.7.2 onnxruntime==1.32
    /elsewhere/venv/bin/python test/tools/families.py test/fixtures/families [NAME...]

The reference of a model is what forward hooks of PyTorch saw on the same token ids, never the graph. Quantised and half-precision
variants have no PyTorch model: their reference are the tensors of their own graph, run by onnxruntime without optimisations, at
the places where the float graph holds the values that PyTorch gives. Neither the product nor its tests need Python.
"""

import gzip
import json
import logging
import os
import shutil
import sys
import tempfile
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy as np
import onnx
import onnxruntime as ort
import torch
import transformers
from transformers import AutoConfig

VOCABULARY = 61
LAYERS = 2
TEXTS, TOKENS, DECODER_TOKENS = 2, 7, 6
SMALL = dict(
    vocab_size=VOCABULARY, hidden_size=16, num_hidden_layers=LAYERS, num_attention_heads=4, intermediate_size=24,
    max_position_embeddings=32, pad_token_id=0, bos_token_id=1, eos_token_id=2,
)  # fmt: skip
GROUPED = dict(num_key_value_heads=2)
GPT2_SIZES = dict(vocab_size=VOCABULARY, n_embd=16, n_layer=LAYERS, n_head=4, n_positions=32, bos_token_id=1, eos_token_id=2, pad_token_id=0)
T5_SIZES = dict(
    vocab_size=VOCABULARY, d_model=16, d_kv=8, d_ff=24, num_layers=LAYERS, num_decoder_layers=LAYERS, num_heads=4, decoder_start_token_id=0,
)  # fmt: skip
BART_SIZES = dict(
    vocab_size=VOCABULARY, d_model=16, encoder_layers=LAYERS, decoder_layers=LAYERS, encoder_attention_heads=4, decoder_attention_heads=4,
    encoder_ffn_dim=24, decoder_ffn_dim=24, max_position_embeddings=32, pad_token_id=0, bos_token_id=1, eos_token_id=2,
    decoder_start_token_id=2, forced_eos_token_id=2,
)  # fmt: skip


@dataclass(frozen=True)
class Stack:
    """Where hooks go: the list of blocks, and within a block what reads the neurons, the heads, and the heads of cross-attention."""

    blocks: str
    ffn: str | None
    attn: str | None
    xattn: str | None = None
    final: str | None = None
    name: str = ""


# The product before the activation, by the one after it: its output is `preact`; of two spellings the one that a model has.
BEFORE = {
    "output.dense": ("intermediate.dense",),
    "mlp.c_proj": ("mlp.c_fc",),
    "mlp.down_proj": ("mlp.gate_proj",),
    "mlp.dense_4h_to_h": ("mlp.dense_h_to_4h",),
    "fc2": ("fc1",),
    "mlp.fc2": ("mlp.fc1",),
    "mlp.fc_out": ("mlp.fc_in",),
    "ffn.lin2": ("ffn.lin1",),
    "ffn_output": ("ffn",),
    "ff.layer_2": ("ff.layer_1",),
    "layer.1.DenseReluDense.wo": ("layer.1.DenseReluDense.wi", "layer.1.DenseReluDense.wi_0"),
    "layer.2.DenseReluDense.wo": ("layer.2.DenseReluDense.wi", "layer.2.DenseReluDense.wi_0"),
}


@dataclass(frozen=True)
class Case:
    name: str
    config: tuple
    model: str
    stacks: tuple[Stack, ...]
    exporter: str
    opset: int = 18
    task: str = ""


BERT = ("output.dense", "attention.output.dense")


def bert(prefix: str) -> tuple[Stack, ...]:
    return (Stack(f"{prefix}encoder.layer", *BERT),)


def llama(prefix: str = "model.") -> tuple[Stack, ...]:
    return (Stack(f"{prefix}layers", "mlp.down_proj", "self_attn.o_proj", final=f"{prefix}norm"),)


def bart(prefix: str = "model.") -> tuple[Stack, ...]:
    return tuple(
        Stack(f"{prefix}{half}.layers", "fc2", "self_attn.out_proj", "encoder_attn.out_proj" if half == "decoder" else None, name=name)
        for half, name in (("encoder", "enc"), ("decoder", "dec"))
    )


T5 = (
    Stack("encoder.block", "layer.1.DenseReluDense.wo", "layer.0.SelfAttention.o", None, "encoder.final_layer_norm", "enc"),
    Stack("decoder.block", "layer.2.DenseReluDense.wo", "layer.0.SelfAttention.o", "layer.1.EncDecAttention.o", "decoder.final_layer_norm", "dec"),
)
GPT2 = "mlp.c_proj", "attn.c_proj"
NEOX = "mlp.dense_4h_to_h", "attention.dense"
DEBERTA = ("deberta-v2", dict(
    SMALL, relative_attention=True, max_relative_positions=16, pos_att_type=["p2c", "c2p"], position_buckets=8, norm_rel_ebd="layer_norm",
    share_att_key=True, position_biased_input=False,
))  # fmt: skip
XLNET = ("xlnet", dict(vocab_size=VOCABULARY, d_model=16, n_layer=LAYERS, n_head=4, d_inner=24))
MOE = dict(SMALL, **GROUPED, head_dim=4, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=12, decoder_sparse_step=1)

CASES = [
    Case("bert-mlm", ("bert", SMALL), "AutoModelForMaskedLM", bert("bert."), "optimum", task="fill-mask"),
    Case("bert", ("bert", dict(SMALL, hidden_act="gelu_new")), "AutoModel", bert(""), "dynamo"),
    Case("bert-classes", ("bert", SMALL), "AutoModelForSequenceClassification", bert("bert."), "torchscript", 14),
    Case("distilbert-mlm", ("distilbert", dict(vocab_size=VOCABULARY, dim=16, hidden_dim=24, n_layers=LAYERS, n_heads=4, max_position_embeddings=32)),
         "AutoModelForMaskedLM", (Stack("distilbert.transformer.layer", "ffn.lin2", "attention.out_lin"),), "dynamo"),
    Case("distilbert", ("distilbert", dict(vocab_size=VOCABULARY, dim=16, hidden_dim=24, n_layers=LAYERS, n_heads=4, max_position_embeddings=32)),
         "AutoModel", (Stack("transformer.layer", "ffn.lin2", "attention.out_lin"),), "torchscript", 13),
    Case("roberta-mlm", ("roberta", dict(SMALL, pad_token_id=1, bos_token_id=0)), "AutoModelForMaskedLM", bert("roberta."), "torchscript", 17),
    Case("xlm-roberta-tags", ("xlm-roberta", dict(SMALL, pad_token_id=1, bos_token_id=0)), "AutoModelForTokenClassification", bert("roberta."), "dynamo"),
    Case("albert-mlm", ("albert", dict(SMALL, embedding_size=8)), "AutoModelForMaskedLM",
         (Stack("albert.encoder.albert_layer_groups.0.albert_layers.0", "ffn_output", "attention.dense"),), "optimum", task="fill-mask"),
    Case("albert", ("albert", dict(SMALL, embedding_size=8)), "AutoModel",
         (Stack("encoder.albert_layer_groups.0.albert_layers.0", "ffn_output", "attention.dense"),), "dynamo"),
    Case("electra-mlm", ("electra", dict(SMALL, embedding_size=8)), "AutoModelForMaskedLM", bert("electra."), "torchscript", 17),
    Case("electra-discriminator", ("electra", dict(SMALL, embedding_size=16)), "AutoModelForPreTraining", bert("electra."), "torchscript", 15),
    Case("mpnet-mlm", ("mpnet", dict(SMALL, pad_token_id=1)), "AutoModelForMaskedLM", (Stack("mpnet.encoder.layer", "output.dense", "attention.attn.o"),), "optimum", task="fill-mask"),
    Case("mpnet", ("mpnet", dict(SMALL, pad_token_id=1)), "AutoModel", (Stack("encoder.layer", "output.dense", "attention.attn.o"),), "dynamo"),
    Case("deberta-v2-mlm", DEBERTA, "AutoModelForMaskedLM", bert("deberta."), "torchscript", 17),
    Case("deberta-v2", DEBERTA, "AutoModel", bert(""), "dynamo"),
    Case("xlnet", XLNET, "AutoModel", (Stack("layer", "ff.layer_2", None),), "torchscript", 17),
    Case("xlnet-lm", XLNET, "AutoModelForCausalLM", (Stack("transformer.layer", "ff.layer_2", None),), "torchscript", 14),
    Case("modernbert-mlm", ("modernbert", dict(SMALL, global_attn_every_n_layers=2, local_attention=4, reference_compile=False)),
         "AutoModelForMaskedLM", (Stack("model.layers", "mlp.Wo", "attn.Wo", final="model.final_norm"),), "torchscript", 17),
    Case("gpt2-cache", ("gpt2", GPT2_SIZES), "AutoModelForCausalLM", (Stack("transformer.h", *GPT2, final="transformer.ln_f"),), "optimum", task="text-generation-with-past"),
    Case("gpt2", ("gpt2", GPT2_SIZES), "AutoModel", (Stack("h", *GPT2, final="ln_f"),), "dynamo"),
    Case("gpt-neox", ("gpt_neox", dict(SMALL, use_parallel_residual=True)), "AutoModelForCausalLM", (Stack("gpt_neox.layers", *NEOX, final="gpt_neox.final_layer_norm"),), "dynamo"),
    Case("gpt-neox-in-turn", ("gpt_neox", dict(SMALL, use_parallel_residual=False)), "AutoModel", (Stack("layers", *NEOX, final="final_layer_norm"),), "dynamo"),
    Case("opt", ("opt", dict(SMALL, ffn_dim=24, word_embed_proj_dim=16)), "AutoModelForCausalLM", (Stack("model.decoder.layers", "fc2", "self_attn.out_proj", final="model.decoder.final_layer_norm"),), "torchscript", 15),
    Case("llama-cache", ("llama", dict(SMALL, **GROUPED)), "AutoModelForCausalLM", llama(), "optimum", task="text-generation-with-past"),
    Case("llama", ("llama", dict(SMALL, **GROUPED)), "AutoModel", llama(""), "dynamo"),
    Case("mistral", ("mistral", dict(SMALL, **GROUPED, sliding_window=4)), "AutoModelForCausalLM", llama(), "dynamo"),
    Case("qwen2-cache", ("qwen2", dict(SMALL, **GROUPED)), "AutoModelForCausalLM", llama(), "optimum", task="text-generation-with-past"),
    Case("qwen3", ("qwen3", dict(SMALL, **GROUPED, head_dim=8)), "AutoModelForCausalLM", llama(), "dynamo"),
    Case("gemma", ("gemma", dict(SMALL, **GROUPED, head_dim=8)), "AutoModelForCausalLM", llama(), "optimum", task="text-generation-with-past"),
    Case("gemma2", ("gemma2", dict(SMALL, **GROUPED, head_dim=8, sliding_window=4)), "AutoModel", llama(""), "dynamo"),
    Case("phi", ("phi", SMALL), "AutoModelForCausalLM", (Stack("model.layers", "mlp.fc2", "self_attn.dense", final="model.final_layernorm"),), "optimum", task="text-generation-with-past"),
    Case("phi3", ("phi3", dict(SMALL, **GROUPED)), "AutoModelForCausalLM", llama(), "dynamo"),
    Case("bloom-cache", ("bloom", dict(vocab_size=VOCABULARY, hidden_size=16, n_layer=LAYERS, n_head=4, bos_token_id=1, eos_token_id=2, pad_token_id=0)),
         "AutoModelForCausalLM", (Stack("transformer.h", "mlp.dense_4h_to_h", "self_attention.dense", final="transformer.ln_f"),), "optimum", task="text-generation-with-past"),
    Case("bloom", ("bloom", dict(vocab_size=VOCABULARY, hidden_size=16, n_layer=LAYERS, n_head=4, bos_token_id=1, eos_token_id=2, pad_token_id=0)),
         "AutoModel", (Stack("h", "mlp.dense_4h_to_h", "self_attention.dense", final="ln_f"),), "torchscript", 17),
    Case("falcon", ("falcon", dict(SMALL, new_decoder_architecture=False, multi_query=True, parallel_attn=True, alibi=False, ffn_hidden_size=24)),
         "AutoModelForCausalLM", (Stack("transformer.h", "mlp.dense_4h_to_h", "self_attention.dense", final="transformer.ln_f"),), "torchscript", 17),
    Case("t5-cache", ("t5", T5_SIZES), "AutoModelForSeq2SeqLM", T5, "optimum", task="text2text-generation-with-past"),
    Case("mt5", ("mt5", dict(T5_SIZES, feed_forward_proj="gated-gelu", tie_word_embeddings=False)), "AutoModelForSeq2SeqLM", T5, "torchscript", 17),
    Case("bart-cache", ("bart", BART_SIZES), "AutoModelForSeq2SeqLM", bart(), "optimum", task="text2text-generation-with-past"),
    Case("bart", ("bart", BART_SIZES), "AutoModelForSeq2SeqLM", bart(), "torchscript", 17),
    Case("marian", ("marian", dict(BART_SIZES, decoder_vocab_size=VOCABULARY, decoder_start_token_id=0)), "AutoModelForSeq2SeqLM", bart(), "optimum", task="text2text-generation"),
    Case("gptj-cache", ("gptj", dict(GPT2_SIZES, rotary_dim=4)), "AutoModelForCausalLM", (Stack("transformer.h", "mlp.fc_out", "attn.out_proj", final="transformer.ln_f"),), "optimum", task="text-generation-with-past"),
    Case("apertus", ("apertus", dict(SMALL, **GROUPED)), "AutoModelForCausalLM", llama(), "dynamo"),
    Case("t5", ("t5", T5_SIZES), "AutoModel", T5, "dynamo"),
    Case("granite-moe", ("granitemoe", dict(MOE, num_local_experts=4, intermediate_size=12)), "AutoModelForCausalLM",
         (Stack("model.layers", None, "self_attn.o_proj", final="model.norm"),), "dynamo"),
    Case("qwen2-moe", ("qwen2_moe", dict(MOE, shared_expert_intermediate_size=20)), "AutoModelForCausalLM",
         (Stack("model.layers", None, "self_attn.o_proj", final="model.norm"),), "torchscript", 17),
    Case("qwen3-moe", ("qwen3_moe", MOE), "AutoModelForCausalLM", (Stack("model.layers", None, "self_attn.o_proj", final="model.norm"),), "optimum", task="text-generation"),
]  # fmt: skip


def submodule(model, path: str):
    for part in path.split("."):
        model = model[int(part)] if part.isdigit() else getattr(model, part)
    return model


def module_at(model, path: str):
    try:
        return submodule(model, path)
    except AttributeError:
        return None


def build(case: Case):
    """The model with weights that are multiples of 1/64, so that they pack well, and every gain and bias matters."""
    torch.manual_seed(zlib.crc32(case.name.split("-cache")[0].encode()))
    kind, sizes = case.config
    config = AutoConfig.for_model(kind, **sizes)
    config.architectures = None
    make = getattr(transformers, case.model).from_config
    try:
        model = make(config, attn_implementation="eager")
    except ValueError:
        model = make(config)
    for name, value in model.named_parameters():
        norm = value.dim() == 1 and name.endswith("weight")
        drawn = torch.normal(1.0 if norm else 0.0, 0.1 if value.dim() == 1 else 0.3, value.shape)
        value.data.copy_(torch.round(drawn * 64) / 64)
    model.tie_weights()
    return model.eval()


class Plain(torch.nn.Module):
    """A model as a function of its tensors, without cache, that gives its first output alone."""

    def __init__(self, model, names):
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *tensors):
        config = self.model.config
        if hasattr(config, "use_cache"):
            config.use_cache = False
        config.return_dict = True
        found = self.model(**dict(zip(self.names, tensors)))
        return found.logits if "logits" in found else found[0]


def inputs_of(case: Case) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(5, VOCABULARY, (TEXTS, TOKENS), generator=generator)
    mask = torch.ones_like(ids)
    pad = case.config[1].get("pad_token_id", 0)
    ids[1, 5:], mask[1, 5:] = pad, 0
    given = dict(input_ids=ids, attention_mask=mask)
    if len(case.stacks) == 2:
        given["decoder_input_ids"] = torch.randint(5, VOCABULARY, (TEXTS, DECODER_TOKENS), generator=generator)
    return given


def reference(case: Case, model, given) -> dict[str, np.ndarray]:
    """Values of every tap as [texts, tokens, width], by Golgi's names of taps, with the first output as `output`."""
    seen: dict[str, list[torch.Tensor]] = {}

    def keep(name, value):
        seen.setdefault(name, []).append(value.detach().clone())

    def into(module, name):
        module.register_forward_pre_hook(
            lambda _, args, kwargs: keep(name, args[0] if args else kwargs["hidden_states"]), with_kwargs=True
        )

    def out_of(module, name):
        module.register_forward_hook(lambda _, args, found: keep(name, found[0] if isinstance(found, tuple) else found))

    for stack in case.stacks:
        prefix = f"{stack.name}." if stack.name else ""
        blocks = submodule(model, stack.blocks)
        for block in blocks if isinstance(blocks, torch.nn.ModuleList) else [blocks]:
            into(block, f"{prefix}before")
            out_of(block, f"{prefix}hidden")
            for tap in ("ffn", "attn", "xattn"):
                if getattr(stack, tap):
                    into(submodule(block, getattr(stack, tap)), f"{prefix}{tap}")
            for path in BEFORE.get(stack.ffn, ()):
                if (found := module_at(block, path)) is not None:
                    out_of(found, f"{prefix}preact")
        if stack.final:
            out_of(submodule(model, stack.final), f"{prefix}final")
    with torch.no_grad():
        output = Plain(model, list(given))(*given.values())

    taps: dict[str, np.ndarray] = {}
    for key, values in seen.items():
        prefix, _, tap = key.rpartition(".")
        prefix = f"{prefix}." if prefix else ""
        for i, value in enumerate(values[:1] if tap == "before" else values):
            layer = 0 if tap == "before" else len(seen[f"{prefix}hidden"]) if tap == "final" else i + 1
            taps[f"{prefix}L{layer}.{'hidden' if tap == 'before' else tap}"] = as_rows(value.numpy(), prefix)
    return {**dict(sorted(taps.items())), "output": output.numpy()}


def attention_weights(model, given) -> dict[str, np.ndarray]:
    """What each head of each layer attends to, [texts, heads, queries, keys], by the names under which Golgi fetches it."""
    with torch.no_grad():
        found = model(**given, output_attentions=True, return_dict=True)
    kinds = {"attentions": "{}.attn", "encoder_attentions": "enc.{}.attn", "decoder_attentions": "dec.{}.attn", "cross_attentions": "dec.{}.xattn"}
    layers = {kind.format(f"L{i + 1}"): each for key, kind in kinds.items() for i, each in enumerate(found.get(key) or ())}
    return {f"{name}.weights": each.numpy() for name, each in layers.items()}


def as_rows(value: np.ndarray, prefix: str) -> np.ndarray:
    """Time-major and two-dimensional values as [texts, tokens, width]."""
    tokens = DECODER_TOKENS if prefix == "dec." else TOKENS
    if value.ndim == 3 and value.shape[:2] == (tokens, TEXTS):
        value = value.transpose(1, 0, 2)
    return np.ascontiguousarray(value.reshape(TEXTS, tokens, -1))


def export(case: Case, model, given, folder: Path) -> None:
    model.config.to_json_file(folder / "config.json")
    if case.exporter == "optimum":
        from optimum.exporters.onnx import onnx_export_from_model

        onnx_export_from_model(
            model, folder, task=case.task, opset=case.opset, do_validation=False, monolith=False, no_post_process=False, device="cpu"
        )
        return
    names, file = list(given), str(folder / "model.onnx")
    plain = Plain(model, names).eval()
    output = "logits" if "AutoModelFor" in case.model else "last_hidden_state"
    axis = {name: "decoder_length" if name.startswith("decoder") else "length" for name in names}
    with torch.no_grad():
        if case.exporter == "dynamo":
            dims = {axis: torch.export.Dim(axis, min=2, max=30) for axis in set(axis.values())}
            batch = torch.export.Dim("batch", min=1, max=64)
            shapes = (tuple({0: batch, 1: dims[axis[name]]} for name in names),)
            torch.onnx.export(plain, tuple(given.values()), file, input_names=names, output_names=[output], dynamo=True,
                              opset_version=case.opset, dynamic_shapes=shapes, verbose=False, external_data=False)  # fmt: skip
        else:
            axes = {name: {0: "batch", 1: axis[name]} for name in names} | {output: {0: "batch"}}
            torch.onnx.export(plain, tuple(given.values()), file, input_names=names, output_names=[output], dynamo=False,
                              opset_version=case.opset, dynamic_axes=axes)  # fmt: skip


def feed_of(file: str, given) -> dict[str, np.ndarray]:
    session = ort.InferenceSession(file, providers=["CPUExecutionProvider"])
    everything = {**given, "token_type_ids": torch.zeros_like(given["input_ids"])}
    return {each.name: everything[each.name].numpy() for each in session.get_inputs()}


def run_with(model: onnx.ModelProto, names, feed) -> dict[str, np.ndarray]:
    """Values of tensors within a graph, computed operator by operator as the file says."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    made = {name for node in copy.graph.node for name in node.output if name}
    wanted = [name for name in names if name in made]
    del copy.graph.output[:]
    copy.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in wanted)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = ort.InferenceSession(copy.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return dict(zip(wanted, session.run(wanted, feed)))


def places(file: str, taps, given) -> dict[str, str]:
    """Where a float graph of one file holds the values of each tap: the first tensor that does."""
    model = onnx.load(file)
    names = [name for node in model.graph.node for name in node.output if name]
    values = run_with(model, names, feed_of(file, given))
    found = {}
    for tap, expected in taps.items():
        for name in names:
            value = values[name]
            if value.dtype == np.float32 and value.size == expected.size and value.shape[-1] == expected.shape[-1]:
                if np.abs(value.reshape(expected.shape) - expected).max() < 1e-4 * np.abs(expected).max():
                    found[tap] = name
                    break
    return found


class Calibration:
    def __init__(self, feed):
        self.rows = iter([feed])

    def get_next(self):
        return next(self.rows, None)


def fused(kind):
    def make(source, target, _):
        from onnxruntime.transformers.optimizer import optimize_model

        optimize_model(source, model_type=kind, num_heads=4, hidden_size=16, opt_level=0, use_gpu=False).save_model_to_file(target)

    return make


def saved(level):
    def make(source, target, _):
        options = ort.SessionOptions()
        options.graph_optimization_level = level
        options.optimized_model_filepath = target
        options.log_severity_level = 4
        ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])

    return make


def dynamic_int8(source, target, _):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, target, weight_type=QuantType.QInt8)


def static_int8(form, *operators):
    def make(source, target, given):
        from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

        quantize_static(source, target, Calibration(feed_of(source, given)), quant_format=QuantFormat[form],
                        weight_type=QuantType.QInt8, op_types_to_quantize=list(operators) or None)  # fmt: skip

    return make


def four_bits(source, target, _):
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantizer = MatMulNBitsQuantizer(onnx.load(source), block_size=16, is_symmetric=True)
    quantizer.process()
    onnx.save(quantizer.model.model, target)


def half(source, target, _):
    from onnxruntime.transformers.float16 import convert_float_to_float16

    onnx.save(convert_float_to_float16(onnx.load(source), keep_io_types=True), target)


def fixed_sizes(source, target, _):
    from onnxruntime.tools.onnx_model_utils import make_dim_param_fixed

    model = onnx.load(source)
    for each in model.graph.input:
        for axis, size in zip(each.type.tensor_type.shape.dim, (TEXTS, TOKENS + 3)):
            if axis.dim_param:
                make_dim_param_fixed(model.graph, axis.dim_param, size)
    onnx.save(model, target)


def no_shapes(source, target, _):
    model = onnx.load(source)
    del model.graph.value_info[:]
    for each in list(model.graph.input) + list(model.graph.output):
        each.type.tensor_type.ClearField("shape")
    onnx.save(model, target)


def newest_opset(source, target, _):
    onnx.save(onnx.version_converter.convert_version(onnx.load(source), 22), target)


LEVEL = ort.GraphOptimizationLevel
# Golgi computes integer operators as floats between roundings: a value may fall to the neighbouring integer of a coarse scale.
ONE_STEP = 6e-2
# Products of 8 and 4 bits round their inputs to 8 bits by a scale found in each run; one step of it is 0.8 % of the largest value, and
# of two layers in turn both may fall to the neighbouring number. Half precision has eleven bits, 5e-4 a number, over two layers.
# name, base, how, tolerance relative to the largest value; None where the values are the base's own.
VARIANTS = [
    ("bert-mlm-fused", "bert-mlm", fused("bert"), None),
    ("bert-mlm-folded", "bert-mlm", saved(LEVEL.ORT_ENABLE_BASIC), None),
    ("bert-mlm-saved", "bert-mlm", saved(LEVEL.ORT_ENABLE_EXTENDED), None),
    ("bert-mlm-fp16", "bert-mlm", half, 5e-3),
    ("bert-mlm-int8", "bert-mlm", dynamic_int8, 2e-2),
    ("bert-mlm-qdq", "bert-mlm", static_int8("QDQ"), 2e-2),
    ("bert-mlm-qoperator", "bert-mlm", static_int8("QOperator"), ONE_STEP),
    ("bert-mlm-4bit", "bert-mlm", four_bits, 2e-2),
    ("distilbert-qoperator", "distilbert", static_int8("QOperator"), ONE_STEP),
    ("roberta-mlm-opset22", "roberta-mlm", newest_opset, None),
    ("roberta-mlm-no-shapes", "roberta-mlm", no_shapes, None),
    ("electra-mlm-fixed", "electra-mlm", fixed_sizes, None),
    ("gpt-neox-fused", "gpt-neox", fused("gpt_neox"), None),
    ("gpt-neox-in-turn-int8", "gpt-neox-in-turn", dynamic_int8, 2e-2),
    ("gpt2-qdq", "gpt2", static_int8("QDQ", "MatMul", "Gemm"), 2e-2),
    ("mt5-qdq", "mt5", static_int8("QDQ"), 2e-2),
    ("mistral-fixed", "mistral", fixed_sizes, None),
    ("mistral-4bit", "mistral", four_bits, 2e-2),
    ("mistral-saved", "mistral", saved(LEVEL.ORT_ENABLE_EXTENDED), None),
    ("mistral-qoperator", "mistral", static_int8("QOperator", "MatMul"), ONE_STEP),
    ("phi3-int8", "phi3", dynamic_int8, 2e-2),
    ("gemma2-fp16", "gemma2", half, 5e-3),
    ("mt5-int8", "mt5", dynamic_int8, 2e-2),
    ("bart-saved", "bart", saved(LEVEL.ORT_ENABLE_EXTENDED), None),
]


# Cases whose attention weights are kept as well: distances of their own, both directions, one direction, grouped queries, two halves.
ATTENDING = {"deberta-v2-mlm", "bert-mlm", "gpt2", "mistral", "bart"}


def packed(source: Path, target: Path) -> None:
    """The file without the exporter's stack traces, compressed reproducibly."""
    model = onnx.load(source)
    for node in list(model.graph.node) + [node for each in model.functions for node in each.node]:
        node.ClearField("doc_string")
        for prop in list(node.metadata_props):
            if "stack_trace" in prop.key or "fx_node" in prop.key:
                node.metadata_props.remove(prop)
    target.write_bytes(gzip.compress(model.SerializeToString(), 9, mtime=0))


def write_reference(folder: Path, tolerance: float, given, values, base: str | None = None, weights=None) -> None:
    def seven(array):
        return [float(f"{each:.7g}") for each in np.asarray(array, np.float64).ravel()]

    def tensors(named):
        return {name: {"shape": list(each.shape), "data": seven(each)} for name, each in named.items()}

    content = {
        "tolerance": tolerance,
        "inputs": {name: value.tolist() for name, value in given.items()},
        **({"valuesOf": base} if base else {"values": tensors(values)}),
        **({"weights": tensors(weights)} if weights else {}),
    }
    (folder / "reference.json.gz").write_bytes(gzip.compress(json.dumps(content, separators=(",", ":")).encode(), 9, mtime=0))


def make_case(case: Case, out: Path) -> None:
    given = inputs_of(case)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        export(case, build(case), given, folder)
        target = out / case.name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for file in sorted(folder.glob("*.onnx")):
            packed(file, target / f"{file.name}.gz")
        shutil.copy(folder / "config.json", target)
        weights = attention_weights(build(case), given) if case.name in ATTENDING else None
        write_reference(target, 1e-4, given, reference(case, build(case), given), weights=weights)


def make_variant(name: str, base: str, how, tolerance: float | None, out: Path) -> None:
    case = next(each for each in CASES if each.name == base)
    given = inputs_of(case)
    with tempfile.TemporaryDirectory() as place:
        source, made = f"{place}/base.onnx", f"{place}/model.onnx"
        Path(source).write_bytes(gzip.decompress((out / base / "model.onnx.gz").read_bytes()))
        how(source, made, given)
        target = out / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        packed(Path(made), target / "model.onnx.gz")
        shutil.copy(out / base / "config.json", target)
        if tolerance is None:
            write_reference(target, 1e-4, given, {}, base)
            return
        taps = {tap: value for tap, value in reference(case, build(case), given).items() if tap != "output"}
        where = places(source, taps, given)
        values = run_with(onnx.load(made), [*where.values(), onnx.load(made).graph.output[0].name], feed_of(made, given))
        integers = {tap: dequantised(onnx.load(made), where[tap], made, given) for tap in where if where[tap] not in values}
        found = {tap: as_rows(values[at].astype(np.float32), tap[:4] if tap[:3] in ("enc", "dec") else "") for tap, at in where.items() if at in values}
        found |= {tap: as_rows(value, tap[:4] if tap[:3] in ("enc", "dec") else "") for tap, value in integers.items() if value is not None}
        missing = sorted(set(taps) - set(found))
        if missing:
            print(f"  {name}: no reference for {', '.join(missing)}")
        write_reference(target, tolerance, given, dict(sorted(found.items())))


def dequantised(model: onnx.ModelProto, name: str, file: str, given) -> np.ndarray | None:
    """The value of a float tensor that a graph of integer operators holds as integers under a name of its own."""
    integer = f"{name}_quantized"
    constants = {each.name: onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
    scale, zero = constants.get(f"{name}_scale"), constants.get(f"{name}_zero_point")
    value = run_with(model, [integer], feed_of(file, given)).get(integer)
    if value is None or scale is None:
        return None
    return (value.astype(np.float32) - zero.astype(np.float32)) * scale


def main() -> None:
    out, *names = sys.argv[1:]
    for case in CASES:
        if not names or case.name in names:
            attempt(case.name, lambda: make_case(case, Path(out)))
    for name, base, how, tolerance in VARIANTS:
        if not names or name in names:
            attempt(name, lambda: make_variant(name, base, how, tolerance, Path(out)))


def attempt(name: str, make) -> None:
    try:
        make()
        print("made", name, flush=True)
    except Exception as error:
        print("FAILED", name, type(error).__name__, str(error).splitlines()[0][:200] if str(error) else "", flush=True)


if __name__ == "__main__":
    main()
