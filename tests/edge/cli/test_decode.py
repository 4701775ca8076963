"""`tote decode` as somebody at a terminal and a program see it."""

import io
import json
import os
import struct
import sys
import threading
import zlib
from pathlib import Path
from typing import Any

import pytest

from edge.cli import main
from tests.hardware.rigs import ean13


def answers(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def bomb(side: int) -> bytes:
    """A PNG of a few octets that says it is `side` x `side` pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def test_each_file_is_a_line_with_its_codes_and_the_time_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.png").write_bytes(ean13("4006381333931"))
    (tmp_path / "two.png").write_bytes(ean13("9780804816632"))
    assert main(["decode", "--json", str(tmp_path / "one.png"), str(tmp_path / "two.png")]) == 0
    one, two = answers(capsys)
    assert list(one) == ["file", "codes", "ms"] and one["ms"] > 0
    assert one["file"] == str(tmp_path / "one.png")
    assert one["codes"] == [{"symbology": "ean13", "data": "4006381333931", "gtin": "04006381333931"}]
    assert [code["data"] for code in two["codes"]] == ["9780804816632"]


def test_a_picture_comes_through_a_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(ean13("4006381333931"),))
    writer.start()
    assert main(["decode", str(pipe), "--json"]) == 0
    writer.join()
    (answer,) = answers(capsys)
    assert [code["data"] for code in answer["codes"]] == ["4006381333931"]


def test_a_picture_comes_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ean13("4006381333931"))))
    assert main(["decode", "-", "--json"]) == 0
    (answer,) = answers(capsys)
    assert (answer["file"], answer["codes"][0]["data"]) == ("-", "4006381333931")


def test_the_data_is_the_symbols_own_to_the_last_character(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import numpy as np
    import zxingcpp

    from hardware.imaging.pictures import opencv

    bars = zxingcpp.create_barcode("  A\x1dß  ", zxingcpp.BarcodeFormat.DataMatrix)
    picture = np.pad(np.array(bars.to_image(scale=6)), 40, constant_values=255)
    (tmp_path / "code.png").write_bytes(opencv().imencode(".png", picture)[1].tobytes())
    assert main(["decode", str(tmp_path / "code.png"), "--json"]) == 0
    assert answers(capsys)[0]["codes"][0]["data"] == "  A\x1dß  "
    assert main(["decode", str(tmp_path / "code.png")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'code.png'}: datamatrix   A\\x1dß  \n"


def test_one_bad_file_does_not_keep_the_others_from_being_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "code.png").write_bytes(ean13("4006381333931"))
    (tmp_path / "bomb.png").write_bytes(bomb(60_000))
    names = ["none.png", "notes.txt", ".", "bomb.png", "code.png"]
    assert main(["decode", "--json", *(str(tmp_path / name) for name in names)]) == 1
    none, notes, folder, large, code = answers(capsys)
    assert "there is no file" in none["error"] and none["codes"] == []
    assert "notes.txt is neither a picture nor a video" in notes["error"]
    assert "can't be read: Is a directory" in folder["error"]
    assert "60000 x 60000 pixels; at most 100 million are read" in large["error"]
    assert "error" not in code and code["codes"][0]["gtin"] == "04006381333931"


def test_a_picture_without_a_code_is_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import numpy as np

    from hardware.imaging.pictures import opencv

    (tmp_path / "wall.png").write_bytes(opencv().imencode(".png", np.full((90, 90, 3), 200, np.uint8))[1].tobytes())
    assert main(["decode", str(tmp_path / "wall.png")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'wall.png'}: no code found\n"
