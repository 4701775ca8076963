"""An API described as OpenAPI 3.1, made from a table of its calls and the very types they take and give.

The box's API and HQ's are described by it; each has its own table, of which its views are made too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

import msgspec

Method = Literal["get", "post", "put"]
REF = "#/components/schemas/{name}"
PARAMETER = re.compile(r"<(?:path:)?(\w+)>")


@dataclass(frozen=True, kw_only=True)
class Query:
    """A parameter after the question mark; `of` is str or int."""

    name: str
    of: type
    says: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """`name` is the operation's id and its view; `path` is written as Flask does. `security`: one of its ways to be
    allowed suffices, {} is none at all."""

    name: str
    method: Method
    path: str
    says: str
    answer: type
    body: type | None = None
    query: tuple[Query, ...] = ()
    security: tuple[Mapping[str, Sequence[str]], ...] = ({},)


@dataclass(frozen=True, kw_only=True)
class Api:
    title: str
    description: str
    calls: tuple[Call, ...]
    problem: type
    """What a refusal is."""
    problems: Mapping[str, str]
    """Statuses of refusals, with what each means."""
    schemes: Mapping[str, Any]
    """Named ways to be allowed, as OpenAPI has them."""


def described(api: Api) -> bytes:
    """As JSON, of this release."""
    try:
        release = version("tote")
    except PackageNotFoundError:  # run from a folder that was never installed
        release = "0"
    return msgspec.json.encode(document(api, release))


def document(api: Api, release: str) -> dict[str, Any]:
    types = [part for call in api.calls for part in (call.body, call.answer) if part] + [api.problem]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    named = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for call in api.calls:
        paths.setdefault(PARAMETER.sub(r"{\1}", call.path), {})[call.method] = _operation(api, call, named)
    return {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": release, "description": api.description},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": dict(api.schemes)},
    }


def _operation(api: Api, call: Call, named: dict[type, Any]) -> dict[str, Any]:
    refusals = {status: _answer(says, named[api.problem]) for status, says in api.problems.items()}
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.says,
        "parameters": [
            *({"name": n, "in": "path", "required": True, **_of(str)} for n in PARAMETER.findall(call.path)),
            *({"name": q.name, "in": "query", "description": q.says, **_of(q.of)} for q in call.query),
        ],
        "responses": {"200": _answer("Done.", named[call.answer]), **refusals},
        "security": list(call.security),
    }
    if call.body:
        operation["requestBody"] = {"required": True, "content": _json(named[call.body])}
    return operation


def _answer(says: str, schema: Any) -> dict[str, Any]:
    return {"description": says, "content": _json(schema)}


def _of(kind: type) -> dict[str, Any]:
    return {"schema": {"type": "integer" if kind is int else "string"}}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
