"""What researchers would use instead, timed on request: PyTorch eager and compiled, a hand-written loop over a key/value cache,
`generate` of transformers and the DPOTrainer of TRL. Reads one JSON request a line, answers with one JSON line."""
import json
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, size):
        super().__init__()
        width, hidden = size['width'], size['hidden']
        self.heads = size['heads']
        self.norm1, self.norm2 = nn.RMSNorm(width, 1e-5), nn.RMSNorm(width, 1e-5)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, 2 * hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def heads_first(self, x):
        rows, length, _ = x.shape
        return [part.view(rows, length, self.heads, -1).transpose(1, 2) for part in self.qkv(self.norm1(x)).chunk(3, -1)]

    def rest(self, x, mixed):
        x = x + self.out(mixed.transpose(1, 2).flatten(2))
        gate, up = self.up(self.norm2(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up)

    def forward(self, x, turn):
        q, k, v = self.heads_first(x)
        return self.rest(x, F.scaled_dot_product_attention(rotate(q, turn), rotate(k, turn), v, is_causal=True))

    def step(self, x, turn, keys, values, position):
        """One position a row: x [B, 1, D]; the caches [B, H, slots, W] take the new row in place."""
        q, k, v = self.heads_first(x)
        keys[:, :, position:position + 1] = rotate(k, turn)
        values[:, :, position:position + 1] = v
        filled = slice(0, position + 1)
        return self.rest(x, F.scaled_dot_product_attention(rotate(q, turn), keys[:, :, filled], values[:, :, filled]))


def rotate(x, turn):
    cosine, sine = turn
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat([-second, first], -1) * sine


class Model(nn.Module):
    """The Llama decoder with tied embeddings."""

    def __init__(self, size, context):
        super().__init__()
        self.size = size
        self.embedding = nn.Embedding(size['vocabulary'], size['width'])
        self.blocks = nn.ModuleList(Block(size) for _ in range(size['layers']))
        self.norm = nn.RMSNorm(size['width'], 1e-5)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)
        head = size['width'] // size['heads']
        angles = torch.outer(torch.arange(context), 10000 ** (-torch.arange(0, head, 2) / head)).repeat(1, 2)
        self.register_buffer('cosine', angles.cos())
        self.register_buffer('sine', angles.sin())

    def states(self, ids):
        length = ids.shape[1]
        x = self.embedding(ids)
        for block in self.blocks:
            x = block(x, (self.cosine[:length], self.sine[:length]))
        return self.norm(x)

    def head(self, x):
        return F.linear(x, self.embedding.weight)


def random_ids(size, rows, length):
    return torch.randint(3, size['vocabulary'], (rows, length))


def optimizer_of(model):
    return torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.0)


def updated(model, optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def compiled(function, variant):
    return torch.compile(function) if variant == 'compiled' else function


def train(size, shape, variant):
    model = Model(size, 512)
    optimizer = optimizer_of(model)

    def loss_of(ids):
        logits = model.head(model.states(ids[:, :-1]))
        return F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())

    loss = compiled(loss_of, variant)
    ids = random_ids(size, shape['rows'], shape['length'] + 1)
    return lambda: updated(model, optimizer, loss(ids))


def response_logprobs(model, ids, prompt):
    """Sums over the responses; logits only where a response token is predicted."""
    rows = model.states(ids[:, :-1])[:, prompt - 1:]
    logits = model.head(rows)
    return logits.log_softmax(-1).gather(-1, ids[:, prompt:, None]).squeeze(-1).sum(-1)


def dpo(size, shape, variant):
    if variant == 'trl':
        return trl_dpo(size, shape)
    model = Model(size, 512)
    optimizer = optimizer_of(model)
    prompt, rows = shape['prompt'], shape['rows']
    prompts = random_ids(size, rows, prompt).repeat(2, 1)
    ids = torch.cat([prompts, random_ids(size, 2 * rows, shape['response'])], 1)
    with torch.no_grad():
        reference = response_logprobs(model, ids, prompt)

    def loss_of(ids):
        chosen, rejected = (response_logprobs(model, ids, prompt) - reference).chunk(2)
        return -F.logsigmoid(0.1 * (chosen - rejected)).mean()

    loss = compiled(loss_of, variant)
    return lambda: updated(model, optimizer, loss(ids))


def llama(size):
    from transformers import LlamaConfig, LlamaForCausalLM
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=size['vocabulary'], hidden_size=size['width'], intermediate_size=size['hidden'],
        num_hidden_layers=size['layers'], num_attention_heads=size['heads'], max_position_embeddings=1024,
        rms_norm_eps=1e-5, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, pad_token_id=0))


def trl_dpo(size, shape):
    """One step = one optimiser step of the trainer, reference log-probabilities computed beforehand."""
    import os
    import tempfile
    os.environ['HF_HUB_OFFLINE'] = '1'
    from datasets import Dataset
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, TrainerCallback
    from trl import DPOConfig, DPOTrainer
    words = Tokenizer(models.WordLevel({f't{i}': i for i in range(size['vocabulary'])}, unk_token='t0'))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, bos_token='t1', eos_token='t2', pad_token='t0', unk_token='t0')

    def text(length):
        return ' '.join(f't{i}' for i in random_ids(size, 1, length)[0].tolist())

    steps = shape['steps']
    pairs = [{'prompt': text(shape['prompt']) + ' ', 'chosen': text(shape['response'] - 1), 'rejected': text(shape['response'] - 1)}
             for _ in range(shape['rows'] * steps)]
    times = []

    class Clock(TrainerCallback):
        def on_step_end(self, *_, **__):
            times.append((time.perf_counter(), time.process_time()))

    def run():
        times.clear()
        with tempfile.TemporaryDirectory() as folder:
            trainer = DPOTrainer(
                model=llama(size), train_dataset=Dataset.from_list(pairs), processing_class=tokenizer, callbacks=[Clock()],
                args=DPOConfig(output_dir=folder, per_device_train_batch_size=shape['rows'], max_steps=steps, report_to=[],
                               save_strategy='no', logging_strategy='no', precompute_ref_log_probs=True, use_cpu=True, bf16=False,
                               gradient_checkpointing=False, disable_tqdm=True))
            trainer.train()
        return [(b[0] - a[0], b[1] - a[1]) for a, b in zip(times, times[1:])]

    return run


def sample(size, shape, variant):
    rows, prompt, new = shape['rows'], shape['prompt'], shape['response']
    ids = random_ids(size, rows, prompt)
    if variant == 'generate':
        model = llama(size).eval()

        @torch.inference_mode()
        def generate():
            found = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=True, top_k=0, max_new_tokens=new,
                                   min_new_tokens=new, pad_token_id=0)
            assert found.shape[1] == prompt + new
        return generate
    model = Model(size, prompt + new).eval()
    head = size['width'] // size['heads']

    @torch.inference_mode()
    def loop():
        keys, values = ([torch.empty(rows, size['heads'], prompt + new, head) for _ in model.blocks] for _ in range(2))
        turn = (model.cosine[:prompt], model.sine[:prompt])
        x = model.embedding(ids)
        for block, k, v in zip(model.blocks, keys, values):
            q, k[:, :, :prompt], v[:, :, :prompt] = block.heads_first(x)
            k[:, :, :prompt] = rotate(k[:, :, :prompt], turn)
            mixed = F.scaled_dot_product_attention(rotate(q, turn), k[:, :, :prompt], v[:, :, :prompt], is_causal=True)
            x = block.rest(x, mixed)
        x = x[:, -1:]
        total = torch.zeros(rows)
        for position in range(prompt, prompt + new):
            logits = model.head(model.norm(x))[:, 0]
            shares = logits.softmax(-1)
            token = torch.multinomial(shares, 1)
            total += shares.gather(1, token)[:, 0].log()
            if position + 1 == prompt + new:
                return
            turn = (model.cosine[position:position + 1], model.sine[position:position + 1])
            x = model.embedding(token)
            for block, k, v in zip(model.blocks, keys, values):
                x = block.step(x, turn, k, v, position)
    return loop


def score(size, shape, variant):
    model = compiled(Model(size, 512).eval(), variant)
    ids = random_ids(size, shape['rows'], shape['prompt'] + shape['response'])

    @torch.inference_mode()
    def run():
        return response_logprobs(model, ids, shape['prompt']).tolist()
    return run


tasks = {'train': train, 'dpo': dpo, 'sample': sample, 'score': score}
ready = {}


def timed(request):
    """Seconds of wall and processor time of each repetition."""
    name = json.dumps([request[key] for key in ('task', 'variant', 'size', 'shape')])
    if name not in ready:
        ready.clear()  # one at a time, so that memory is its own
        ready[name] = tasks[request['task']](request['size'], request['shape'], request['variant'])
        if request['variant'] != 'trl':
            ready[name]()
    measured = []
    for _ in range(request['repeat']):
        wall, cpu = time.perf_counter(), time.process_time()
        inner = ready[name]()
        measured.append((time.perf_counter() - wall, time.process_time() - cpu))
        if isinstance(inner, list) and request['variant'] == 'trl':
            return inner
    return measured


def versions():
    found = {'torch': torch.__version__}
    for name in ('transformers', 'trl'):
        try:
            found[name] = __import__(name).__version__
        except ImportError:
            pass
    return found


torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)
answers, sys.stdout = sys.stdout, sys.stderr  # what the libraries print must not mix with the answers
print(json.dumps({'versions': versions()}), file=answers, flush=True)
for line in sys.stdin:
    try:
        answer = {'times': timed(json.loads(line))}
    except Exception as error:  # the benchmark goes on with the other peers
        answer = {'error': f'{type(error).__name__}: {error}'.splitlines()[0]}
    answer['megabytes'] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(answer), file=answers, flush=True)
