"""A bare Flask page in the same web server: `python -m bench.bare` prints its address and serves until it is ended.

`/picture` is the floor of what fills a screen: one picture of the size the box has, one line, and nothing else.
"""

from pathlib import Path

from cheroot.wsgi import Server
from flask import Flask, Response, render_template_string, send_file

THREADS = 80
"""As many as the box has. Written down, for what is imported here has to be started."""
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>bare</title>
<h1>{{ title }}</h1><ul>{% for i in range(24) %}<li>Article {{ i }}</li>{% endfor %}</ul></html>"""

PICTURE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>one picture</title>
<style>body { margin: 0 } img { display: block; width: 100vw; height: 60vh; object-fit: cover }</style>
<img src="/picture.webp" alt="" decoding="async"><h1>One picture</h1></html>"""
PICTURES = Path(__file__).parents[1] / "edge" / "demo" / "shop" / "pictures"

app = Flask("bare")


@app.get("/")
def page() -> str:
    return render_template_string(PAGE, title="A bare page")


@app.get("/picture")
def one_picture() -> str:
    return PICTURE


@app.get("/picture.webp")
def picture() -> Response:
    return send_file(min(PICTURES.glob("*.webp")), max_age=3600)


def main() -> None:
    server = Server(("127.0.0.1", 0), app, numthreads=THREADS)
    server.prepare()
    print(f"http://127.0.0.1:{server.bind_addr[1]}", flush=True)
    server.serve()


if __name__ == "__main__":
    main()
