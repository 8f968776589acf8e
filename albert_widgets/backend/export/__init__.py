"""A checkpoint as a folder that other runtimes take: ONNX, tokenizer, config, and texts with known answers."""
