"""A text is the same whichever editor saved it, and no file keeps its reader busy forever."""

import os
from pathlib import Path

import pytest

from harness.files.text import read_octets, read_text
from harness.files.unreadable import UnreadableFileError

TEXT = 'reason = "æøå"\nowner = "a"\n'


@pytest.mark.parametrize(
    "octets",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        b"\xff\xfe\x00\x00" + TEXT.encode("utf-32-le"),
        b"\x00\x00\xfe\xff" + TEXT.encode("utf-32-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        b"\xff\xfe" + TEXT.replace("\n", "\r\n").encode("utf-16-le"),
    ],
)
def test_a_text_is_the_same_whatever_editor_saved_it(tmp_path, octets):
    (tmp_path / "a.toml").write_bytes(octets)

    assert read_text(tmp_path / "a.toml") == TEXT


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        ("a\nbl\u00e5\n".encode("latin-1"), ":2: byte 5 is not UTF-8. Save the file as UTF-8."),
        (b"\xff\xfea", ":1: byte 3 is not UTF-16-LE. Save the file as UTF-8."),
        ("a = 1\n".encode("utf-16-le"), ": it is not UTF-8 text (it contains zero bytes). Save the file as UTF-8."),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(tmp_path, octets, expected):
    path = tmp_path / "a.toml"
    path.write_bytes(octets)

    with pytest.raises(UnreadableFileError) as caught:
        read_text(path)

    assert str(caught.value) == f"{path}{expected}"


def test_a_file_beyond_the_bound_is_not_read(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(1 << 42)  # four tebibytes, none of which is on the disk

    with pytest.raises(UnreadableFileError, match=r"it is larger than 32 MB\. Name a smaller file\."):
        read_octets(path)


def test_what_is_as_large_as_the_bound_is_read(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 100)

    assert read_octets(tmp_path / "a", 100) == b"x" * 100
    with pytest.raises(UnreadableFileError, match="larger than 99 bytes"):
        read_octets(tmp_path / "a", 99)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="a system without /dev/zero")
def test_a_device_without_an_end_is_read_up_to_the_bound():
    with pytest.raises(UnreadableFileError, match=r"/dev/zero: it is larger than 1 MB"):
        read_octets(Path("/dev/zero"), 1024 * 1024)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes in its folders")
def test_a_pipe_that_nobody_writes_to_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UnreadableFileError, match="it is a pipe, not a file"):
        read_octets(tmp_path / "pipe")


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="a system without /dev/fd")
def test_a_pipe_that_a_shell_holds_is_read():
    reading, writing = os.pipe()
    os.write(writing, TEXT.encode())
    os.close(writing)
    try:
        assert read_text(Path(f"/dev/fd/{reading}")) == TEXT
    finally:
        os.close(reading)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("absent", "it cannot be read (No such file or directory). Name a file that exists."),
        (".", "it cannot be read (Is a directory). Name a file in it."),
        ("a\0b", "it cannot be read (embedded null byte). Name a file that exists."),
        ("x" * 300, "it cannot be read (File name too long). Name a file that exists."),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(tmp_path, name, expected):
    with pytest.raises(UnreadableFileError) as caught:
        read_octets(tmp_path / name)

    assert str(caught.value).endswith(expected)
