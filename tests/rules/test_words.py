"""Tokens and sketches: what is found, and how much two texts have in common."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from itembank import likeness, words

CHINESE = st.text(alphabet="跨境电商物流支付税关", min_size=1, max_size=12)


def holds(text: str, query: str) -> bool:
    """Say whether a search would find the text, as the databases do it."""
    asked, tokens = words.wanted(query), words.tokens_of(text)
    found = all(any(token.startswith(one.text) if one.open else token == one.text for token in tokens) for one in asked.tokens)
    return found and all(word in words.normal(text) for word in asked.exact)


@given(CHINESE, CHINESE)
def test_chinese_is_found_exactly_where_it_stands(text: str, query: str) -> None:
    assert holds(text, query) == (query in text)


def test_width_case_and_word_beginnings() -> None:
    text = "ＦＯＢ价格（USD 12.5）与 Incoterms® 2020"
    for query in ("fob", "FOB", "ｆｏｂ价格", "incoterm", "2020 usd", "价 格", "12.5", "usd 格"):
        assert holds(text, query), query
    for query in ("ob", "价格fob", "cif", "2021"):
        assert not holds(text, query), query


def test_a_point_is_found_by_every_point_above_it() -> None:
    found = words.facet_tokens({"knowledge": ["贸易/术语/FOB"], "level": ["初级/一"]})
    assert {words.facet_token("knowledge", point) for point in ("贸易", "贸易/术语", "贸易/术语/FOB")} < found
    assert words.facet_token("level", "初级") not in found
    assert words.facet_token("kind", "贸易") not in found


def test_a_sketch_estimates_the_share_of_common_triples() -> None:
    chance = np.random.default_rng(7)
    letters = [chr(0x4E00 + n) for n in range(2000)]
    for common in (0.2, 0.5, 0.8, 0.95):
        errors = []
        for _ in range(20):
            shared = "".join(chance.choice(letters, 400))
            own = int(400 * (1 / common - 1) / 2)
            left, right = (shared + "".join(chance.choice(letters, own)) for _ in range(2))
            sets = [{text[n : n + 3] for n in range(len(text) - 2)} for text in (left, right)]
            exact = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
            errors.append(float((likeness.sketch(left) == likeness.sketch(right)).mean()) - exact)
        assert abs(np.mean(errors)) < 0.05  # 20 sketches of 64 numbers: a standard error of 0.014 at most
        assert np.std(errors) < 0.12


def test_sketches_survive_being_stored() -> None:
    row = likeness.sketch("跨境电商")
    assert (likeness.unpack([likeness.pack(row)])[0] == row).all()
    assert likeness.find_alike(likeness.unpack([likeness.pack(row)]), likeness.unpack([])) == []
