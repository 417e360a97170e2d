"""What transformers and PEFT make of a list of models and adapters.

    python hugging_face.py JOB OUTPUT

JOB is a JSON file:
    make    adapters that PEFT is to write first: [{folder, model, config, seed}]
    logits  what to compute: [{name, model, adapter, ids}], adapter null for none, ids one list for each text
    tokens  what to encode: [{model, texts}]
OUTPUT gets logits.safetensors ([texts, tokens, vocabulary] by name) and tokens.json (lists of ids).
"""

import json
import sys
import warnings
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer


def load(folder):
    model, info = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    wrong = {kind: sorted(map(str, names)) for kind, names in info.items() if names}
    if wrong:
        sys.exit(f"{folder}: {wrong}")
    return model.eval()


def load_adapted(folder, adapter):
    model = load(folder)
    if adapter is None:
        return model
    with warnings.catch_warnings():
        # Missing keys and unknown options are warnings to PEFT.
        warnings.simplefilter("error")
        return PeftModel.from_pretrained(model, adapter).eval()


def make(folder, model, config, seed):
    torch.manual_seed(seed)
    adapted = get_peft_model(load(model), LoraConfig(task_type="CAUSAL_LM", fan_in_fan_out=True, **config))
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_" in name:
                parameter.normal_(std=0.1)
    adapted.save_pretrained(folder)


def main(job_file, output):
    job = json.loads(Path(job_file).read_text())
    for adapter in job["make"]:
        make(**adapter)
    logits = {}
    for one in job["logits"]:
        with torch.no_grad():
            logits[one["name"]] = load_adapted(one["model"], one["adapter"])(torch.tensor(one["ids"])).logits
    save_file({name: tensor.contiguous() for name, tensor in logits.items()}, f"{output}/logits.safetensors")
    tokens = []
    for one in job["tokens"]:
        tokenizer = AutoTokenizer.from_pretrained(one["model"])
        tokens.append([tokenizer(text, add_special_tokens=False)["input_ids"] for text in one["texts"]])
    Path(output, "tokens.json").write_text(json.dumps(tokens))


main(*sys.argv[1:])
