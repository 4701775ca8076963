"""A bare Flask page in the same web server: `python -m bench.bare` prints its address and serves until it is ended."""

from cheroot.wsgi import Server
from flask import Flask, render_template_string

THREADS = 80
"""As many as the box has. Written down, for what is imported here has to be started."""
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>bare</title>
<h1>{{ title }}</h1><ul>{% for i in range(24) %}<li>Article {{ i }}</li>{% endfor %}</ul></html>"""

app = Flask("bare")


@app.get("/")
def page() -> str:
    return render_template_string(PAGE, title="A bare page")


def main() -> None:
    server = Server(("127.0.0.1", 0), app, numthreads=THREADS)
    server.prepare()
    print(f"http://127.0.0.1:{server.bind_addr[1]}", flush=True)
    server.serve()


if __name__ == "__main__":
    main()
