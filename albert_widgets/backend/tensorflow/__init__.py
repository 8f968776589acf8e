"""BERT that TensorFlow has written, read without TensorFlow and written anew as safetensors."""
