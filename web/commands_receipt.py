"""`kaochang receipt`: the candidate's proof of what was handed in, checked without the engine."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from delivery import receipts
from web.output import json_option, show


@click.group("receipt")
def receipt() -> None:
    """交卷回执 / Receipts of hand-ins."""


@receipt.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", "key_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="已公布的公钥 (JWK) / The published key."
)
@json_option
@click.pass_context
def verify(context: click.Context, /, file: Path, key_file: Path | None, as_json: bool) -> None:
    """离线核对回执 / Check a receipt offline; exits 1 when it does not hold.

    It proves that these entries, in this order, were in the engine's hands at hand-in, if the key is the engine's: without --key the
    receipt's own key is used, which proves only that nothing was altered since.  It cannot prove who typed them, nor that nothing else
    was typed and never sent.
    """
    key = _read_key(key_file) if key_file else None
    found = receipts.verify_file(file, key)
    show(as_json, found, [*(f"{name}: {value}" for name, value in found.items()), *_reasons(found), *_caveats(key is not None)])
    context.exit(0 if found["valid"] else 1)


def _reasons(found: dict[str, Any]) -> Iterator[str]:
    """Say why the signature does not hold."""
    if found["altered"]:
        names = ", ".join(found["altered"])
        yield f"签过名的字段被改动: {names}"
        yield f"Some signed field was altered: {names}"
    elif found["signature"] == "bad":
        yield "签名不成立:它不是用此密钥签的,或签名本身被改动"
        yield "The signature does not hold: it was not made with this key, or was itself altered."
    elif found["signature"] == "other_key":
        yield "签名与已公布的公钥相符,但回执自带的密钥缺失或不是它:回执被改动过"
        yield "The signature holds under the published key, yet the key inside the receipt is missing or another one: it was altered."


def _caveats(has_key: bool) -> Iterator[str]:
    """Say what even a valid receipt cannot prove."""
    yield "不能证明:由谁输入、考生机器的时钟是否准确、是否还有输入了却从未送达的内容"
    yield "It cannot prove who typed, that the page's clock was right, nor that nothing else was typed and never arrived."
    if not has_key:
        yield "未给出已公布的公钥 (--key):good_own_key 只说明与回执自带的密钥相符,伪造者用自己的密钥也能得到;公钥在 GET /api/v1/receipt-key"
        yield "Without the published key (--key), good_own_key says only that the receipt agrees with the key inside it: a forger who signs"
        yield "with a key of his own gets the same.  The published key is at GET /api/v1/receipt-key of the engine."


def _read_key(path: Path) -> dict[str, str]:
    try:
        key: Any = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise click.BadParameter("the key file holds no JWK", param_hint="--key") from error
    if not isinstance(key, dict) or not key.get("kty"):
        raise click.BadParameter("the key file holds no JWK", param_hint="--key")
    return dict(key)
