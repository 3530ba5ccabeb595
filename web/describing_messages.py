"""`docs/messages.md`: every socket message, from the models that read them."""

from typing import Any

from pydantic import BaseModel

from delivery.gateway import NAMESPACE
from delivery.messages import MESSAGES, Auth, Refused
from web.markdown import NOTE, table

_INTRO = (
    f"Socket.IO, namespace `{NAMESPACE}`, websocket only, `auth` as below.  An unknown message or field is refused, never passed over.  "
    "Instants are ISO 8601 in UTC with milliseconds; a star marks what must be there.  A request that is refused is acknowledged with "
    "`Refused`, whatever its own acknowledgement is."
)


def page() -> str:
    """Return the page."""
    lines = [NOTE, "", "# Messages", "", _INTRO, ""]
    overview = [(f"`{kind.name}`", kind.sender, kind.says) for kind in MESSAGES.values()]
    lines += [*table(("Message", "From", "Says"), overview), ""]
    lines += _model("auth, when connecting", Auth)
    acks: dict[str, type[BaseModel]] = {}
    for kind in MESSAGES.values():
        lines += _model(f"`{kind.name}`", kind.payload, f"Acknowledged with `{kind.ack.__name__}`." if kind.ack else "")
        if kind.ack:
            acks[kind.ack.__name__] = kind.ack
    acks[Refused.__name__] = Refused
    for name, ack in acks.items():
        lines += _model(f"acknowledgement `{name}`", ack)
    return "\n".join(lines).rstrip() + "\n"


def _model(title: str, model: type[BaseModel], note: str = "") -> list[str]:
    schema = model.model_json_schema()
    says = " ".join((model.__doc__ or "").split())
    lines = [f"## {title}", "", " ".join(filter(None, (says, note))), "", *_fields(schema)]
    for name, inner in schema.get("$defs", {}).items():
        lines += [f"`{name}`: {' '.join(inner.get('description', '').split())}", "", *_fields(inner)]
    return lines


def _fields(schema: dict[str, Any]) -> list[str]:
    required = schema.get("required", ())
    rows = [(f"`{name}`{'*' if name in required else ''}", _shape(shape)) for name, shape in schema.get("properties", {}).items()]
    return [*table(("Field", "Shape"), rows), ""] if rows else []


def _shape(shape: dict[str, Any]) -> str:
    if "$ref" in shape:
        return f"`{shape['$ref'].rpartition('/')[2]}`"
    if "anyOf" in shape:
        return " or ".join(_shape(option) for option in shape["anyOf"])
    if "const" in shape:
        return f"`{str(shape['const']).lower()}`"
    kind = str(shape.get("type", "any"))
    if kind == "array":
        return f"list of {_shape(shape['items'])}{_limits(shape)}"
    if kind == "object" and isinstance(shape.get("additionalProperties"), dict):
        return f"object of {_shape(shape['additionalProperties'])} by name"
    return kind + _limits(shape)


def _limits(shape: dict[str, Any]) -> str:
    told = {"minimum": "≥ {}", "maximum": "≤ {}", "minItems": "at least {}", "maxItems": "at most {}", "maxLength": "at most {} characters"}
    limits = [words.format(shape[name]) for name, words in told.items() if name in shape]
    if "pattern" in shape:
        limits.append(f"`{shape['pattern']}`")
    return f" ({', '.join(limits)})" if limits else ""
