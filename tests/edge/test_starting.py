"""What a box loads before its first page."""

import subprocess
import sys

LATER = {"cv2", "zxingcpp", "nfc", "numpy", "dns", "phonenumbers", "email_validator", "biip", "reportlab", "rapidfuzz"}


def test_a_box_begins_without_what_its_first_page_does_not_need() -> None:
    code = "import edge.cli, edge.cli.run, edge.box, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "flask" in loaded and LATER.isdisjoint(loaded), LATER & set(loaded)
