"""Small QTI: expressions and items written in a line, in the 2.x or the 3.0 spelling."""

import random
import re

from scoring.processing.casting import to_json
from scoring.processing.declarations import read_declarations
from scoring.processing.operators.catalogue import EXPRESSIONS
from scoring.processing.reading import read
from scoring.processing.responses import read_response
from scoring.processing.rules import RULES
from scoring.processing.session import Session

NULL = "<null/>"


def base(kind: str, text: object) -> str:
    """Write a `baseValue`."""
    return f'<baseValue baseType="{kind}">{text}</baseValue>'


def i(n: object) -> str:
    """Write an integer."""
    return base("integer", n)


def f(n: object) -> str:
    """Write a float."""
    return base("float", n)


def s(text: str) -> str:
    """Write a string."""
    return base("string", text)


def ident(text: str) -> str:
    """Write an identifier."""
    return base("identifier", text)


def b(value: bool | None) -> str:
    """Write a boolean, or NULL."""
    return NULL if value is None else base("boolean", str(value).lower())


def op(name: str, /, *operands: str, **attributes: object) -> str:
    """Write an operator; `_` after an attribute's name keeps it apart from a Python word."""
    written = "".join(f' {key.rstrip("_")}="{value}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(operands)}</{name}>"


def multiple(*operands: str) -> str:
    """Write an unordered container."""
    return op("multiple", *operands)


def ordered(*operands: str) -> str:
    """Write an ordered container."""
    return op("ordered", *operands)


def var(identifier: str) -> str:
    """Write a reference to a variable."""
    return op("variable", identifier=identifier)


def declare(kind: str, identifier: str, cardinality: str, base_type: str, inner: str = "", **attributes: object) -> str:
    """Write a declaration of `response`, `outcome` or `template` kind."""
    return op(f"{kind}Declaration", inner, identifier=identifier, cardinality=cardinality, baseType=base_type, **attributes)


def item(*parts: str, **attributes: object) -> bytes:
    """Write an item."""
    return op("assessmentItem", *parts, identifier="I", title="T", adaptive="false", timeDependent="false", **attributes).encode()


def sums(prompt: str = "Add.", least: int = 1, most: int = 99, key: str = "", test: str = "") -> bytes:
    """Write a parameterised item that asks for the sum of two drawn numbers."""
    key = key or op("setCorrectResponse", op("sum", var("A"), var("B")), identifier="RESPONSE")
    test = test or op("match", var("RESPONSE"), op("correct", identifier="RESPONSE"))
    drawn = [op("setTemplateValue", op("randomInteger", min=least, max=most), identifier=name) for name in "AB"]
    printed = " + ".join(op("printedVariable", identifier=name) for name in "AB")
    return item(
        declare("response", "RESPONSE", "single", "integer"),
        declare("outcome", "SCORE", "single", "float"),
        *(declare("template", name, "single", "integer") for name in "AB"),
        op("templateProcessing", *drawn, key),
        op("itemBody", op("p", prompt, printed), op("p", op("textEntryInteraction", responseIdentifier="RESPONSE"))),
        op("responseProcessing", op("responseCondition", op("responseIf", test, op("setOutcomeValue", f(1), identifier="SCORE")))),
    )


def kebab(xml: str) -> str:
    """Rewrite 2.x names as those of 3.0: `<mapResponse baseType=…>` becomes `<qti-map-response base-type=…>`."""

    def word(name: str) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()

    def tag(found: re.Match[str]) -> str:
        attributes = re.sub(r' ([A-Za-z]+)="', lambda attribute: f' {word(attribute[1])}="', found[3])
        return f"<{found[1]}qti-{word(found[2])}{attributes}"

    return re.sub(r"<(/?)([A-Za-z]+)([^>]*)", tag, xml)


def session(declarations: str = "", responses: dict[str, object] | None = None, seed: int = 0) -> Session:
    """Start a session with declared variables at their initial values and the responses given."""
    declared = read_declarations(read(f"<assessmentItem>{declarations}</assessmentItem>".encode()))
    made = Session(declared, random.Random(seed), EXPRESSIONS, RULES)
    for name, declaration in declared.items():
        made.corrects[name], made.defaults[name] = declaration.correct, declaration.default
        given = responses or {}
        made.values[name] = read_response(given[name], declaration) if name in given else declaration.initial
    return made


def evaluate(expression: str, declarations: str = "", responses: dict[str, object] | None = None, seed: int = 0) -> object:
    """Return an expression's value as JSON."""
    return to_json(session(declarations, responses, seed).evaluate(read(expression.encode())))
