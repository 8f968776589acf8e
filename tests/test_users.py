"""The token file: who is in it, what is wrong with it, and that a change counts at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from albert_widgets.errors import InputInvalid
from albert_widgets.service.caller import caller_of
from albert_widgets.service.users import Users, read_users

if TYPE_CHECKING:
    from pathlib import Path

OWN = "the-owners-own-token"
ADA, ZOE, TEACHER = "a" * 32, "z" * 32, "t" * 32
CLASS = f"""
# week 1
ada {ADA}

  Zoë\t{ZOE}
teacher {TEACHER} manage
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "tokens.txt"
    made.write_text(CLASS, encoding="utf-8")
    return made


def test_each_user_is_found_by_the_token(file: Path) -> None:
    users = Users(OWN, file)
    assert [users.of(token).name for token in (ADA, ZOE, TEACHER, OWN)] == ["ada", "Zoë", "teacher", ""]
    assert [name for name in ("ada", "Zoë", "teacher", "", "nobody") if users.manages(name)] == ["teacher", ""]
    for wrong in ("", ADA[:-1], f"{ADA}a", ADA.upper(), "ada", "manage", "\udcff", "é" * 32):
        assert users.of(wrong) is None


def test_names_are_the_same_however_they_are_typed(tmp_path: Path) -> None:
    file = tmp_path / "tokens.txt"
    # Decomposed, and with the mark that some editors put before everything.
    file.write_text(f"Zoe\u0308 {ZOE}", encoding="utf-8-sig")
    assert list(read_users(file)) == ["Zo\u00eb"]


def test_a_token_alone_is_a_user_who_may_do_everything(tmp_path: Path) -> None:
    file = tmp_path / "tokens.txt"
    file.write_text(f"# ours\n{ADA}\n")
    users = Users(OWN, file)
    assert users.of(ADA).name == ""
    assert users.manages(users.of(ADA).name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no token in"),
        ("# nobody\n\n", "There is no token in"),
        ("secret", "The token in line 1 of * has 6 characters; 16 is the least."),
        (f"ada {ADA}\nzoe secret", "The token in line 2 of * has 6 characters; 16 is the least."),
        (f"ada {ADA}\n\n{ZOE}", "Line 3 of * has a token without a name."),
        (f"ada {ADA} manage please", "Line 1 of * has 4 words."),
        (f"ada {ADA}\nzoe {ZOE} {TEACHER}", "The third word in line 2 of * means nothing."),
        (f"ada {ADA}\n#\nAda {ZOE}", "Lines 1 and 3 of * have the same name."),
        (f"ada {ADA}\nzoe {ADA} manage", "Lines 1 and 2 of * have the same token."),
        (f"a/b {ADA}", "The name in line 1 of * cannot be used."),
        (f"{'a' * 65} {ADA}", "The name in line 1 of * cannot be used."),
        (f"(zoe) {ADA}", "The name in line 1 of * cannot be used."),
        (f"ada {'é' * 32}", "The token in line 1 of * has characters that are not ASCII."),
    ],
)
def test_what_is_wrong_names_the_line_and_never_a_token(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "tokens.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputInvalid) as error:
        read_users(file)
    assert error.value.message.replace(str(file), "*").startswith(said)
    assert error.value.hint
    assert not any(token in str(error.value) for token in (ADA, ZOE, TEACHER, "secret"))


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="No such file"):
        read_users(tmp_path / "none.txt")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputInvalid, match="not UTF-8"):
        read_users(tmp_path / "bytes")


def test_a_line_more_or_less_counts_at_once(file: Path) -> None:
    said: list[str] = []
    users = Users(OWN, file, said.append)
    ada = users.of(ADA)
    assert users.knows(ada)
    file.write_text(f"zoe {ZOE} manage\nben {'b' * 32}\n")
    assert users.of(ADA) is None
    assert not users.knows(ada)
    assert users.of("b" * 32).name == "ben"
    assert users.manages("zoe")
    assert said == [f"The token file {file} was read anew: 2 user(s)."]
    # A new token for an old name is another user: whoever has the old one is shut out.
    ben = users.of("b" * 32)
    file.write_text(f"zoe {ZOE} manage\nben {'B' * 32}\n")
    assert not users.knows(ben)
    assert users.of(OWN).is_manager


@pytest.mark.parametrize("how", ["broken", "gone", "empty"])
def test_a_file_that_cannot_be_used_any_more_changes_nothing(file: Path, how: str) -> None:
    said: list[str] = []
    users = Users(OWN, file, said.append)
    if how == "gone":
        file.unlink()
    else:
        file.write_text(f"ada {ADA}\nzoe short\n" if how == "broken" else "")
    for _ in range(3):
        assert users.of(ZOE).name == "Zoë"
    assert len(said) == 1
    assert said[0].startswith("Warning: ")
    assert "The tokens as they were before stay good." in said[0]
    assert ADA not in said[0]
    file.write_text(f"ada {ADA}\n")
    assert users.of(ZOE) is None
    assert users.of(ADA).name == "ada"


def test_a_file_of_the_same_size_that_takes_its_place_is_seen(file: Path) -> None:
    users = Users(OWN, file)
    told = file.stat()
    other = file.with_name("other.txt")
    other.write_text(CLASS.replace(ZOE, "x" * 32), encoding="utf-8")
    os.utime(other, ns=(told.st_atime_ns, told.st_mtime_ns))
    other.replace(file)
    assert users.of(ZOE) is None
    assert users.of("x" * 32).name == "Zoë"


def test_nobody_can_pretend_to_be_another() -> None:
    assert caller_of("course%2Fweek%202.ipynb", "zoe") == "course/week 2.ipynb (zoe)"
    assert caller_of("a.ipynb%20(ada)", "zoe") == "a.ipynb (ada) (zoe)"
    assert caller_of("", "zoe") == "zoe"
    assert caller_of("a.ipynb") == "a.ipynb"
