"""PyTorch and Hugging Face's Trainer under measurement: a line of JSON on stdin, a line of JSON on stdout."""

import json
import os
import resource
import sys
import tempfile
import time

# Whatever a library prints must not come between the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import torch
from transformers import AutoConfig, GPT2LMHeadModel
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()


def receive():
    return json.loads(sys.stdin.readline() or '"close"')


def answer(**message):
    print(json.dumps(message), file=answers, flush=True)


def open_model(request):
    p = request["dropout"]
    config = AutoConfig.from_pretrained(request["folder"], attn_pdrop=p, embd_pdrop=p, resid_pdrop=p)
    model = GPT2LMHeadModel.from_pretrained(request["folder"], config=config, dtype=torch.float32)
    if request["method"] == "lora":
        from peft import LoraConfig, get_peft_model

        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", fan_in_fan_out=True, **request["lora"]))
    return model


def evaluate(model, batch):
    model.eval()
    with torch.no_grad():
        loss = model(input_ids=batch, labels=batch).loss.item()
    model.train()
    return loss


class Clock:
    def start(self):
        self.wall, self.processor = time.perf_counter(), time.process_time()

    def answer(self):
        wall, processor = time.perf_counter() - self.wall, time.process_time() - self.processor
        answer(ms=1000 * wall, processorMs=1000 * processor)


def run_loop(model, batch, request):
    """The usual loop: forward, backward, clip, AdamW; `PyTorch bf16` computes its forward pass under autocast."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=request["learningRate"], weight_decay=0)
    autocast = request["trainer"] == "PyTorch bf16"
    clock = Clock()
    while receive() == "step":
        clock.start()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            loss = model(input_ids=batch, labels=batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, request["maxGradNorm"])
        optimizer.step()
        optimizer.zero_grad()
        loss.item()
        clock.answer()


def run_trainer(model, batch, request):
    """Trainer with its own defaults; each step waits for the order."""
    from transformers import Trainer, TrainerCallback, TrainingArguments, default_data_collator

    clock = Clock()

    class StepByStep(TrainerCallback):
        def await_order(self, control):
            control.should_training_stop = receive() != "step"
            clock.start()

        def on_train_begin(self, args, state, control, **_):
            self.await_order(control)

        def on_step_end(self, args, state, control, **_):
            clock.answer()
            self.await_order(control)

    rows = len(batch)
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            use_cpu=True,
            per_device_train_batch_size=rows,
            max_steps=1000,
            learning_rate=request["learningRate"],
            max_grad_norm=request["maxGradNorm"],
            save_strategy="no",
            logging_strategy="no",
            report_to="none",
            disable_tqdm=True,
        )
        data = [{"input_ids": row, "labels": row} for row in batch] * 1000
        trainer = Trainer(model, arguments, train_dataset=data, data_collator=default_data_collator)
        trainer.add_callback(StepByStep())
        trainer.train()


def main():
    request = receive()
    torch.set_num_threads(request["threads"])
    torch.set_num_interop_threads(1)
    torch.manual_seed(0)
    model = open_model(request)
    batch = torch.tensor(request["blocks"])
    answer(loss=evaluate(model, batch))
    (run_trainer if request["trainer"] == "HF Trainer" else run_loop)(model, batch, request)
    answer(peakBytes=1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


main()
