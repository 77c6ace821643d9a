"""Seconds that NeuroX takes to extract all hidden states of some sentences into HDF5.

extract.py WEIGHTS SENTENCES OUT: NeuroX's own functions in the order of its `extract_representations`, so that opening the
model is not counted. What it prints for every sentence goes nowhere; the last line printed here is the time.
"""
import contextlib
import os
import sys
import time

import torch
from neurox.data.extraction import transformers_extractor as extractor
from neurox.data.writer import ActivationsWriter

weights, sentences, out = sys.argv[1:4]
torch.set_num_threads(1)
model, tokenizer = extractor.get_model_and_tokenizer(weights)
model.eval()

began = time.perf_counter()
with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
    writer = ActivationsWriter.get_writer(out, filetype="hdf5")
    counts = {}
    with open(sentences) as lines:
        for index, line in enumerate(lines):
            states, words = extractor.extract_sentence_representations(
                line.strip(), model, tokenizer, tokenization_counts=counts
            )
            writer.write_activations(index, words, states)
    writer.close()
print(time.perf_counter() - began)
