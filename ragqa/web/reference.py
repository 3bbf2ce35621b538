"""The documentation of the API as a page that loads nothing, made from its OpenAPI description."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 0 auto; padding: 1rem; }
code, pre { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: .3rem; }
section { border-top: 1px solid; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; }
"""


def page(description: Mapping[str, Any]) -> str:
    """Return an OpenAPI description as HTML.

    Args:
        description: An OpenAPI 3.1 document.
    """
    info = description["info"]
    schemas = description.get("components", {}).get("schemas", {})
    title = escape(f"{info['title']} {info['version']}: the API")
    operations = "".join(
        _operation(method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    )
    types = "".join(_type(name, schema) for name, schema in schemas.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>{title}</h1>"
        f"<p>{escape(info['description'])}</p>"
        '<p>For programs: <a href="/api/openapi.json">/api/openapi.json</a>. '
        "For assistants: a Model Context Protocol server at <code>/mcp</code>. "
        '<a href="/">The page</a>.</p>'
        f"<h2>Calls</h2>{operations}<h2>Types</h2>{types}</main></body></html>"
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    parts = [
        f"<section><h3><code>{escape(method.upper())} {escape(path)}</code></h3>",
        f"<p>{escape(operation.get('description', ''))}</p>",
        _table("Parameters", _parameters(operation.get("parameters", ()))),
        f"<p>Body: {_reference(body['schema'])}</p>" if body else "",
        _table("Answers", _answers(operation["responses"])),
        "</section>",
    ]
    return "".join(parts)


def _parameters(parameters: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    for each in parameters:
        needed = "" if each.get("required") else ", may be left out"
        name = f"<code>{escape(each['name'])}</code> in {escape(each['in'])}{needed}"
        yield name, f"{_reference(each['schema'])} {escape(each.get('description', ''))}"


def _answers(answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for status, answer in answers.items():
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        kind = _reference(schema) if schema else ""
        yield escape(status), f"{kind} {escape(answer.get('description', ''))}"


def _type(name: str, schema: Mapping[str, Any]) -> str:
    shown = {key: value for key, value in schema.items() if key not in ("title", "description")}
    return (
        f'<section id="{escape(name)}"><h3>{escape(name)}</h3>'
        f"<p>{escape(schema.get('description', ''))}</p>"
        f"<pre>{escape(json.dumps(shown, indent=1))}</pre></section>"
    )


def _reference(schema: Mapping[str, Any]) -> str:
    """Return the name of a type, linked to it."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_reference(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_reference(schema['items'])}"
    return escape(str(schema.get("type", "anything")))


def _table(title: str, rows: Iterator[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><th scope=row>{name}</th><td>{text}</td></tr>" for name, text in rows)
    return f"<h4>{title}</h4><table>{cells}</table>" if cells else ""
