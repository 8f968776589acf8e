"""``albert-widgets convert``: the same logits out of TensorFlow's files, and clear words for what is no BERT."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
import torch
import transformers as tf

from albert_widgets import cli
from albert_widgets.backend import Backend
from albert_widgets.backend.tensorflow.convert import convert
from albert_widgets.backend.tensorflow.tensor_bundle import TensorBundle
from albert_widgets.errors import AlbertError, Conflict, InputInvalid, MissingExtra, ModelFailed
from tests.checkpoints import SMALL, WORDS, tokenizer
from tests.tensorflow_files import state_of, write_checkpoint, write_google, write_keras

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
CONFIG: dict[str, Any] = {"vocab_size": len(VOCABULARY), **SMALL}
HEADS = {
    "BertModel": "tf_bert_model",
    "BertForMaskedLM": "tf_bert_for_masked_lm",
    "BertForPreTraining": "tf_bert_for_pre_training_1",
    "BertForNextSentencePrediction": "tf_bert_for_next_sentence_prediction",
    "BertForSequenceClassification": "tf_bert_for_sequence_classification",
    "BertForTokenClassification": "tf_bert_for_token_classification",
    "BertForQuestionAnswering": "tf_bert_for_question_answering",
}
QUICK = ("BertModel", "BertForMaskedLM", "BertForSequenceClassification")


def made(architecture: str, **config: Any) -> Any:
    torch.manual_seed(3)
    model = getattr(tf, architecture)(tf.BertConfig(**CONFIG, **config)).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.3)
    return model


def keras_folder(folder: Path, architecture: str, **config: Any) -> Any:
    """A folder as ``TFBert….save_pretrained`` leaves it; returns the model of the same numbers."""
    model = made(architecture, **config)
    model.config.architectures = [architecture]
    folder.mkdir()
    tokenizer().save_pretrained(folder)
    model.config.save_pretrained(folder)
    state = state_of(model)
    if architecture == "BertModel":
        state = {f"bert.{name}": value for name, value in state.items()}
    write_keras(folder / "tf_model.h5", HEADS[architecture], state)
    return model


def outputs(model: Any) -> list[torch.Tensor]:
    ids = torch.tensor([[2, 5, 6, 7, 8, 3], [2, 9, 10, 3, 0, 0]])
    with torch.no_grad():
        found = model(ids, attention_mask=(ids != 0).long())
    return [value for value in found.values() if isinstance(value, torch.Tensor)]


def assert_same(folder: Path, model: Any) -> None:
    loaded = type(model).from_pretrained(folder).eval()
    for one, other in zip(outputs(loaded), outputs(model), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


# --- the same numbers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "architecture",
    [pytest.param(one, marks=() if one in QUICK else pytest.mark.slow) for one in HEADS],
)
def test_a_keras_file_gives_the_same_logits(tmp_path: Path, architecture: str) -> None:
    # An answer has a start and an end.
    labels = {0: "sad", 1: "happy"} if "Question" in architecture else {0: "sad", 1: "happy", 2: "tired"}
    model = keras_folder(tmp_path / "tf", architecture, id2label=labels)
    done = convert(tmp_path / "tf", tmp_path / "new")
    assert (done.folder, done.architecture) == (tmp_path / "new", architecture)
    assert done.parameters == sum(weight.numel() for weight in model.parameters())
    assert_same(done.folder, model)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "tf"], "nothing half made is left"
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {path.name for path in done.folder.iterdir()}


@pytest.mark.parametrize(
    "architecture", ["BertForPreTraining", "BertForSequenceClassification", "BertForQuestionAnswering"]
)
def test_a_checkpoint_of_google_gives_the_same_logits(tmp_path: Path, architecture: str) -> None:
    labels = {"num_labels": 3} if "Sequence" in architecture else {}
    model = made(architecture, **labels)
    config = {**CONFIG, "type_vocab_size": 2, "hidden_act": "gelu", "directionality": "bidi", "pooler_fc_size": 768}
    write_google(tmp_path / "google", state_of(model), config, VOCABULARY)
    done = convert(tmp_path / "google", tmp_path / "deep" / "new")
    assert done.architecture == architecture
    assert_same(done.folder, model)
    assert "vocab.txt has no capital letters, so texts are read without case." in done.notes
    assert any("LABEL_0" in note for note in done.notes) == bool(labels)
    read = tf.AutoTokenizer.from_pretrained(done.folder)
    assert read.tokenize("The CAT unbelievably sát") == ["the", "cat", "un", "##believ", "##ably", "sat"]
    assert read.is_fast


def test_capital_letters_of_the_vocabulary_are_kept(tmp_path: Path) -> None:
    words = [*VOCABULARY[:-1], "Cat"]
    write_google(tmp_path / "google", state_of(made("BertForPreTraining")), CONFIG, words)
    done = convert(tmp_path / "google", tmp_path / "new")
    assert "with upper and lower case" in done.notes[0]
    assert tf.AutoTokenizer.from_pretrained(done.folder).tokenize("Cat cat") == ["Cat", "cat"]


def test_a_converted_classifier_is_found_and_predicts(tmp_path: Path, home: Path) -> None:
    model = keras_folder(tmp_path / "tf", "BertForSequenceClassification", id2label={0: "sad", 1: "happy"})
    folder = convert(tmp_path / "tf", tmp_path / "new").folder
    bert = Backend()
    try:
        assert bert.register(str(folder), name="new").labels == ("sad", "happy")
        said = bert.predict("the cat sat", model="new")
    finally:
        bert.close()
    with torch.no_grad():
        logits = model(**tokenizer()("the cat sat", return_tensors="pt")).logits
    np.testing.assert_allclose(said.probabilities, logits.softmax(-1).numpy(), atol=1e-6)


def test_variables_in_several_files_and_of_several_types(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    values = {f"scope/{n % 3}/variable_{n}": random.normal(size=(n + 1, 3)).astype("float32") for n in range(40)}
    values |= {"scope/int": np.arange(5), "half": np.ones(300, np.float16), "scalar": np.array(2.5), "none": np.ones(0)}
    write_checkpoint(tmp_path / "model.ckpt-12", values, shards=3)
    bundle = TensorBundle(tmp_path / "model.ckpt-12")
    assert set(bundle.variables) == set(values)
    for name, value in values.items():
        found = bundle.read(name)
        assert (found.dtype, found.shape) == (value.dtype, value.shape)
        np.testing.assert_array_equal(found, value)


# --- what the catalogue says ------------------------------------------------------------------------


def test_the_catalogue_says_what_it_is_and_what_to_type(tmp_path: Path, home: Path) -> None:
    keras_folder(tmp_path / "tf", "BertModel")
    write_google(tmp_path / "google", state_of(made("BertForPreTraining")), CONFIG, VOCABULARY)
    bert = Backend()
    try:
        info = bert.register(str(tmp_path / "tf"), name="tf")
        assert not info.is_usable
        assert "tf_model.h5, of a TFBert" in info.warnings[0]
        assert f"albert-widgets convert {tmp_path / 'tf'} NAME" in info.warnings[0]
        with pytest.raises(ModelFailed, match=r"has no model\.safetensors, but TensorFlow's weights"):
            bert.load("tf")
        with pytest.raises(InputInvalid, match=r"bert_model\.ckpt\.\*, as Google published BERT") as refused:
            bert.register(str(tmp_path / "google"))
        assert refused.value.hint.startswith(f"albert-widgets convert {tmp_path / 'google'} NAME")
    finally:
        bert.close()


# --- slips --------------------------------------------------------------------------------------------


def broken(tmp_path: Path, mend: Any = None, architecture: str = "BertForSequenceClassification") -> Path:
    folder = tmp_path / "tf"
    keras_folder(folder, architecture)
    if mend is not None:
        mend(folder)
    return folder


def change(name: str, **said: Any) -> Any:
    def mend(folder: Path) -> None:
        known = json.loads((folder / name).read_text(encoding="utf-8"))
        (folder / name).write_text(json.dumps({**known, **said}), encoding="utf-8")

    return mend


def cut(name: str, share: float = 0.7) -> Any:
    def mend(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: int(len(content) * share)])

    return mend


def edited(edit: Any) -> Any:
    def mend(folder: Path) -> None:
        with h5py.File(folder / "tf_model.h5", "r+") as file:
            edit(file)

    return mend


def elsewhere(file: Any) -> None:
    del file["classifier/tf_bert_for_sequence_classification/classifier/bias:0"]
    file["classifier/tf_bert_for_sequence_classification/classifier/bias:0"] = h5py.ExternalLink("/etc/passwd", "/x")


def outside(file: Any) -> None:
    name = "classifier/tf_bert_for_sequence_classification/classifier/bias:0"
    del file[name]
    file.create_dataset(name, (2,), "f4", external=[("/etc/hostname", 0, 8)])


SLIPS: dict[str, tuple[Any, type[AlbertError], str]] = {
    "cut short": (cut("tf_model.h5"), ModelFailed, r"tf_model\.h5 cannot be read: .*"),
    "no HDF5 file": (
        lambda folder: (folder / "tf_model.h5").write_text("version https://git-lfs.github.com/spec/v1"),
        ModelFailed,
        r"tf_model\.h5 cannot be read: .*",
    ),
    "no file of Keras": (
        edited(lambda file: file.attrs.pop("layer_names")),
        ModelFailed,
        "holds no weights of a Keras model",
    ),
    "another architecture": (change("config.json", model_type="albert"), ModelFailed, "an 'albert' model; only BERT"),
    "a weight too few": (
        edited(lambda file: file.pop("bert/tf_bert_for_sequence_classification/bert/pooler/dense/kernel:0")),
        ModelFailed,
        r"lacks: bert\.pooler\.dense\.weight \(1 of its weights\)",
    ),
    "a weight too many": (
        edited(lambda file: file.create_dataset("bert/x/bert/adapter/kernel:0", data=np.ones((2, 2), "f4"))),
        ModelFailed,
        r"has more than BERT has: bert\.adapter\.weight",
    ),
    "a link to another file": (edited(elsewhere), ModelFailed, r"lacks: classifier\.bias"),
    "numbers in another file": (edited(outside), ModelFailed, "lies in another file"),
    "another size": (
        change("config.json", intermediate_size=48),
        ModelFailed,
        r"do not go with its config: size mismatch for bert\.encoder",
    ),
    "no config": (lambda folder: (folder / "config.json").unlink(), InputInvalid, "has neither config.json nor bert"),
    "no vocabulary": (
        lambda folder: [path.unlink() for path in folder.glob("tokenizer.json")],
        InputInvalid,
        r"has neither vocab\.txt nor tokenizer\.json",
    ),
    "nothing to convert": (
        lambda folder: (folder / "tf_model.h5").unlink(),
        InputInvalid,
        "holds no weights of Tensor",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_what_cannot_be_converted_is_told_and_leaves_nothing(tmp_path: Path, slip: str) -> None:
    mend, error, message = SLIPS[slip]
    folder = broken(tmp_path, mend)
    with pytest.raises(error, match=message):
        convert(folder, tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["tf"]


def google(tmp_path: Path) -> Path:
    write_google(tmp_path / "google", state_of(made("BertForPreTraining")), CONFIG, VOCABULARY)
    return tmp_path / "google"


def damage(folder: Path) -> None:
    index = folder / "bert_model.ckpt.index"
    content = bytearray(index.read_bytes())
    content[100] ^= 1
    index.write_bytes(content)


GOOGLE_SLIPS: dict[str, tuple[Any, str]] = {
    "index cut short": (cut("bert_model.ckpt.index"), "it is no index of a checkpoint, or cut short"),
    "index damaged": (damage, "a checksum is wrong"),
    "data cut short": (cut("bert_model.ckpt.data-00000-of-00001"), "ends before .* does"),
    "data missing": (
        lambda folder: (folder / "bert_model.ckpt.data-00000-of-00001").unlink(),
        "data-00000-of-00001 cannot be read: No such file",
    ),
    "blocks compressed": (
        lambda folder: write_checkpoint(folder / "bert_model.ckpt", {"bert/x": np.ones(3, "f4")}, compression=1),
        "compressed, which TensorFlow itself does not do",
    ),
    "objects of Keras": (
        lambda folder: write_checkpoint(folder / "bert_model.ckpt", {"_CHECKPOINTABLE_OBJECT_GRAPH": np.ones(3, "f4")}),
        "a checkpoint of Keras objects",
    ),
    "bytes": (
        lambda folder: write_checkpoint(folder / "bert_model.ckpt", {"bert/x/kernel": np.ones(3, "u1")}),
        "of TensorFlow's type 4",
    ),
    "another vocabulary": (
        lambda folder: (folder / "vocab.txt").write_text("\n".join(VOCABULARY + ["more"] * 9 + ["words"])),
        "The vocabulary has .* words, the model",
    ),
}


@pytest.mark.parametrize("slip", GOOGLE_SLIPS)
def test_checkpoints_that_cannot_be_converted_are_told(tmp_path: Path, slip: str) -> None:
    mend, message = GOOGLE_SLIPS[slip]
    folder = google(tmp_path)
    mend(folder)
    with pytest.raises(ModelFailed, match=message):
        convert(folder, tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["google"]


def test_an_index_of_nonsense_is_refused_whatever_is_in_it(tmp_path: Path) -> None:
    index = google(tmp_path) / "bert_model.ckpt.index"
    whole, random = index.read_bytes(), np.random.default_rng(0)
    for _ in range(300):
        content = bytearray(whole)
        for at in random.integers(0, len(content), 3):
            content[at] = int(random.integers(256))
        index.write_bytes(content)
        try:
            TensorBundle(index.with_suffix(""))
        except ModelFailed:
            continue
        assert bytes(content[:-48]) == whole[:-48], "only what nobody reads may differ"


def test_targets_and_folders_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = broken(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert convert("tf").folder == tmp_path / "tf-safetensors"
    with pytest.raises(Conflict, match="tf-safetensors already"):
        convert(folder)
    with pytest.raises(Conflict, match="already"):
        convert(folder, folder)
    with pytest.raises(InputInvalid, match="There is no folder 'nowhere'"):
        convert("nowhere")
    with pytest.raises(InputInvalid, match="has safetensors already") as told:
        convert(tmp_path / "tf-safetensors", "other")
    assert told.value.hint == f"albert-widgets models --add {tmp_path / 'tf-safetensors'}"
    shutil.copyfile(google(tmp_path) / "bert_model.ckpt.index", tmp_path / "google" / "model.ckpt-7.index")
    with pytest.raises(InputInvalid, match=r"several checkpoints: bert_model\.ckpt, model\.ckpt-7"):
        convert("google")


def test_two_different_embeddings_are_refused(tmp_path: Path) -> None:
    def change_one(file: Any) -> None:
        file["mlm___cls/tf_bert_for_masked_lm/bert/embeddings/word_embeddings/weight:0"][0, 0] = 9

    folder = broken(tmp_path, edited(change_one), "BertForMaskedLM")
    with pytest.raises(ModelFailed, match=r"two different bert\.embeddings\.word_embeddings\.weight"):
        convert(folder, tmp_path / "new")


# --- the command ----------------------------------------------------------------------------------------


def test_the_command_says_where_the_model_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = broken(tmp_path)
    new = tmp_path / "new"
    assert cli.main(["convert", str(folder), str(new)]) == 0
    said = capsys.readouterr().out
    assert f"{new}: BertForSequenceClassification, " in said
    assert f"albert-widgets models --add {new}" in said
    assert cli.main(["convert", str(folder), str(new)]) == 1
    assert "already. Give another name: albert-widgets convert" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "h5py", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "h5py" else object())
    with pytest.raises(MissingExtra, match=r"Reading tf_model\.h5 needs the 'convert' part"):
        convert(folder, tmp_path / "other")
