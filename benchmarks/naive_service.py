"""A classifier behind FastAPI as people write it: ``python -m benchmarks.naive_service FOLDER PORT``.

``/def`` is a plain function, which FastAPI calls in one of its threads; ``/async`` holds the event loop meanwhile.
"""

# No "from __future__ import annotations": FastAPI could not see the model of the body.
import sys
from typing import Any

import torch
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from transformers import pipeline


class Body(BaseModel):
    text: str


def app(folder: str) -> FastAPI:
    """Return the application for the checkpoint in ``folder``."""
    classify: Any = pipeline("text-classification", model=folder, device="cpu", dtype=torch.float32)
    made = FastAPI()

    @made.post("/def")
    def in_thread(body: Body) -> dict[str, Any]:
        answer: dict[str, Any] = classify(body.text, truncation=True)[0]
        return answer

    @made.post("/async")
    async def on_loop(body: Body) -> dict[str, Any]:
        answer: dict[str, Any] = classify(body.text, truncation=True)[0]
        return answer

    return made


if __name__ == "__main__":
    uvicorn.run(app(sys.argv[1]), port=int(sys.argv[2]), log_level="warning")
