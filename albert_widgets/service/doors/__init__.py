"""The standard doors: protocols that programs speak already, over the same backend.

``/v1`` is OpenAI's, ``/tei`` that of Text Embeddings Inference, ``/v2`` the Open Inference Protocol.
"""
