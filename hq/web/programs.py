"""What other programs are answered, that bring HQ orders, files and notices."""

from flask import Response, jsonify

Answer = tuple[Response, int]


def refused(why: str, status: int) -> Answer:
    """With 503 they are told when to try again."""
    answer = jsonify(error=why)
    if status == 503:
        answer.headers["Retry-After"] = "60"
    return answer, status
