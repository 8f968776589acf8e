"""How soon a panel can be used, and what the browser is sent until then: a BERT-base shape at 512 tokens."""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from tests.e2e.conftest import chromium_program, lab_in
from tests.e2e.lab import PATIENCE

from .table import Figure

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

RUNS = 5
WORDS = 510


def bert_base(folder: Path) -> Path:
    """Save a model of BERT-base's shape with random weights, and a tokenizer, in ``folder``."""
    import torch
    import transformers as tf

    from tests.checkpoints import tokenizer

    torch.manual_seed(0)
    tf.BertModel(tf.BertConfig()).save_pretrained(folder)
    made = tokenizer()
    made.model_max_length = 512
    made.save_pretrained(folder)
    return folder
