"""The description of the API as OpenAPI 3.1, made from the table of calls and the very types they take and give."""

import re
from typing import Any

import msgspec

from kiosk.api.calls import CALLS, Call
from kiosk.api.shapes import ProblemOut

REF = "#/components/schemas/{name}"
PARAMETER = re.compile(r"<(?:path:)?(\w+)>")
PROBLEMS = {
    "400": "What was sent can't be read.",
    "401": "Not paired, or not any more.",
    "403": "Refused: a code that counts no more, or a page of another site.",
    "404": "No such station or article.",
    "413": "Too long.",
    "415": "Not JSON.",
    "422": "The shop says no.",
    "429": "Too many a second: again after a second.",
}


def document(version: str) -> dict[str, Any]:
    types = [part for call in CALLS for part in (call.body, call.answer) if part] + [ProblemOut]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    named = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(PARAMETER.sub(r"{\1}", call.path), {})[call.method] = _operation(call, named)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tote box",
            "version": version,
            "description": "What programs may ask of a box in the shop. With it an app of the retailer's is a station.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(call: Call, named: dict[type, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.says,
        "parameters": [
            *({"name": n, "in": "path", "required": True, **_of(str)} for n in PARAMETER.findall(call.path)),
            *({"name": q.name, "in": "query", "description": q.says, **_of(q.of)} for q in call.query),
        ],
        "responses": {
            "200": {"description": "Done.", "content": _json(named[call.answer])},
            **{status: {"description": says, "content": _json(named[ProblemOut])} for status, says in PROBLEMS.items()},
        },
        "security": [{}] if call.name in ("pair", "stations") else [{"token": []}, {}],
    }
    if call.body:
        operation["requestBody"] = {"required": True, "content": _json(named[call.body])}
    return operation


def _of(kind: type) -> dict[str, Any]:
    return {"schema": {"type": "integer" if kind is int else "string"}}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
