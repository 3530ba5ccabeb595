"""Pictures of items: decoded, written anew, bounded; what is in order already comes out as the same bytes."""

import random
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import CATALOGUE, ExamError
from itembank.exchange.dividing import divide
from itembank.pictures import MOST_BYTES, MOST_IN_ITEM, MOST_PIXELS, MOST_READ, MOST_SIDE, Picture, from_bytes, read_picture
from itembank.sanitising import clean, plain_text
from tests.make.bank import choice
from tests.make.pictures import address, drawn, file_of, img, jpeg, png


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    return file_of(drawn(), "JPEG", exif=exif)


def grey16() -> bytes:
    image = Image.new("I;16", (9, 9))
    image.putpixel((3, 3), 44_444)
    return file_of(image, "PNG")


FILES: dict[str, Callable[[], bytes]] = {
    **{f"png {mode}": (lambda mode=mode: file_of(drawn(mode=mode), "PNG")) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")},
    "png of four colours": lambda: file_of(drawn().quantize(4), "PNG"),
    "png with a colour to see through": lambda: file_of(drawn(), "PNG", transparency=(240, 240, 250)),
    "png of 16 bits": grey16,
    "gif": lambda: file_of(drawn(mode="P"), "GIF", transparency=3),
    "webp": lambda: file_of(drawn(mode="RGBA"), "WEBP"),
    "bmp": lambda: file_of(drawn(), "BMP"),
    **{
        f"jpeg {sampling}": (lambda sampling=sampling: file_of(drawn(), "JPEG", quality=60, subsampling=sampling)) for sampling in (0, 1, 2)
    },
    "jpeg in grey": lambda: file_of(drawn(mode="L"), "JPEG"),
    "jpeg for print": lambda: file_of(drawn(mode="CMYK"), "JPEG"),
    "progressive jpeg": lambda: file_of(drawn(), "JPEG", progressive=True, optimize=True),
    "jpeg with restarts": lambda: file_of(drawn(), "JPEG", restart_marker_rows=1),
    "jpeg with one table": lambda: file_of(drawn(), "JPEG", qtables=[[3] * 64]),
    "jpeg with the sign of a scan in its tables": lambda: file_of(drawn(), "JPEG", qtables=[[255, 218] * 32, [255, 217] * 32]),
    "jpeg lying on its side": turned,
}


@pytest.mark.parametrize("name", FILES)
def test_a_picture_in_order_is_left_as_it_is(name: str) -> None:
    once = from_bytes(FILES[name]())
    assert from_bytes(once.data) == once
    assert read_picture(once.address) == once
    with Image.open(BytesIO(once.data)) as seen:
        assert (seen.size, seen.format) == ((once.width, once.height), once.kind.upper())


@pytest.mark.parametrize("name", [name for name in FILES if "jpeg" not in name])
def test_what_is_no_jpeg_loses_no_pixel(name: str) -> None:
    data = FILES[name]()
    with Image.open(BytesIO(data)) as before, Image.open(BytesIO(from_bytes(data).data)) as after:
        assert before.convert("RGBA").tobytes() == after.convert("RGBA").tobytes()
        assert before.mode != "I;16" or after.getpixel((3, 3)) == 44_444


def test_a_jpeg_keeps_its_tables_and_stands_upright() -> None:
    data = file_of(drawn(), "JPEG", quality=60, subsampling=2, comment=b"c")
    with Image.open(BytesIO(data)) as before, Image.open(BytesIO(from_bytes(data).data)) as after:
        assert before.quantization == after.quantization  # type: ignore[attr-defined]
        assert before.layer == after.layer  # type: ignore[attr-defined]
    picture = from_bytes(turned())
    assert (picture.width, picture.height) == (40, 60)


@pytest.mark.parametrize(
    "data",
    [
        file_of(drawn(), "JPEG", comment=b"secret"),
        file_of(drawn(), "JPEG") + b"secret",
        file_of(drawn(), "JPEG", xmp=b"secret"),
        file_of(drawn(), "PNG") + b"secret",
        file_of(drawn(), "PNG", icc_profile=b"secret" * 9),
        file_of(drawn(mode="P"), "GIF", comment=b"secret"),
    ],
)
def test_nothing_stays_but_the_picture(data: bytes) -> None:
    once = from_bytes(data)
    assert b"secret" not in once.data
    assert once == from_bytes(once.data)
    if once.kind == "jpeg":  # in the head, and behind the end, of one that is in order otherwise
        assert b"secret" not in from_bytes(once.data + b"secret\xff\xd9").data
        assert b"secret" not in from_bytes(once.data[:2] + b"\xff\xfe\x00\x08secret" + once.data[2:]).data


def moving() -> bytes:
    return file_of(drawn(mode="P"), "GIF", save_all=True, append_images=[drawn(mode="P", hue=90)])


def bomb(side: int) -> bytes:
    return file_of(Image.new("1", (side, side)), "PNG")


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image_kind", "SVG"),
        (lambda: b"RIFF....WAVE", "image_kind", "RIFF"),
        (lambda: b"", "image_kind", ""),
        (lambda: file_of(drawn(), "TIFF"), "image_kind", "II"),
        (moving, "image_kind", "2 frames"),
        (lambda: file_of(drawn(), "PNG")[:60], "image_wrong", ""),
        (lambda: file_of(drawn(), "JPEG")[:-90], "image_wrong", ""),
        (lambda: b"\x89PNG" + b"0" * MOST_READ, "image_large", "5001 kB"),
        (lambda: file_of(Image.effect_noise((900, 900), 90), "PNG"), "image_large", f"{MOST_BYTES // 1000} kB"),
        (lambda: file_of(Image.new("1", (MOST_SIDE + 1, 1)), "PNG"), "image_large", "4001"),
        (lambda: bomb(int(MOST_PIXELS**0.5) + 1), "image_large", "3465"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(data: Callable[[], bytes], code: str, word: str) -> None:
    with pytest.raises(ExamError) as refused:
        from_bytes(data())
    assert refused.value.kind.code == f"itembank.{code}"
    assert word in refused.value.text("zh")


@pytest.mark.parametrize("source", ["", "x.png", "data:,", "data:text/html;base64,PGI+", "data:image/png,AA", "data:image/png;base64,A*A"])
def test_an_address_that_is_none_is_refused(source: str) -> None:
    with pytest.raises(ExamError):
        read_picture(source)


SEEDS = [make() for name, make in FILES.items()]


def picture_or_refusal(data: bytes) -> Picture | ExamError:
    try:
        return from_bytes(data)
    except ExamError as error:
        return error


@settings(max_examples=400, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_whatever_a_file_holds_it_ends_in_a_picture_or_a_coded_refusal(seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(rng.choice(SEEDS))
    for _ in range(rng.choice([1, 2, 8])):
        at = rng.randrange(len(data) + 1)
        act = rng.randrange(4)
        if act == 0:
            del data[at : at + rng.randrange(1, 40)]
        elif act == 1:
            data[at:at] = data[rng.randrange(len(data) + 1) :][: rng.randrange(60)]
        elif act == 2 and at < len(data):
            data[at] = rng.randrange(256)
        else:
            data[at:at] = rng.choice(
                [b"\xff\xd8", b"\xff\xda", b"IEND", b"\x00\x00\xff\xff", b"IHDR", b"eXIf", b"\xff\xe1\x00\x08Exif\x00\x00"]
            )
    found = picture_or_refusal(bytes(data))
    if isinstance(found, Picture):
        assert from_bytes(found.data) == found
    else:
        assert found.kind.code in CATALOGUE
        assert found.text("zh")


@pytest.mark.parametrize(
    ("given_size", "size"),
    [
        ("", (60, 40)),
        ("width=30", (30, 20)),
        ("height='20'", (30, 20)),
        ("width=30 height=999", (30, 20)),
        ("width=100%", (60, 40)),
        ("width=9999", (60, 40)),
        ("width=0 height=-1", (60, 40)),
        ("style='width:1px'", (60, 40)),
    ],
)
def test_a_picture_is_shown_in_its_own_proportions(given_size: str, size: tuple[int, int]) -> None:
    cleaned = clean(f"<img {given_size} src={png()} alt=图>")
    assert cleaned == img(png(), "图", width=size[0], height=size[1])
    assert clean(cleaned) == cleaned


def test_a_description_means_nothing_outside_of_it() -> None:
    cleaned = clean(img(png(), "&quot;&gt;$a$ [[1]] 5&lt;6") + " 答 $b$")
    assert plain_text(cleaned) == '">$a$ [[1]] 5<6 答 $b$'
    assert not set("$[<") & set(cleaned.partition(' alt="')[2].partition('"')[0])
    assert clean(f"<p>a{img('https://x/y.png', '远 $b')}</p>") == "<p>a远 $b</p>"


def test_a_picture_between_dollars_is_no_formula() -> None:
    kept = img(png(), "图", width=60, height=40)
    assert clean(f"值$a{kept}b$") == f"值$a{kept}b$"


def test_pictures_of_one_item_are_bounded_before_they_are_decoded() -> None:
    many = "".join(img(png(0, 10, 10)) for _ in range(MOST_IN_ITEM))
    assert divide(choice("m", stem=many)).version.content["stem"].count("<img") == MOST_IN_ITEM
    with pytest.raises(ExamError, match="images_many"):
        divide(choice("m", stem=many, explanation=img("data:image/png;base64,")))
    noise = [file_of(Image.effect_noise((640, 640), 90 + n), "PNG") for n in range(6)]
    with pytest.raises(ExamError, match="images_many"):
        divide(choice("m", stem="".join(img(address(data)) for data in noise)))


def test_neither_the_candidate_nor_the_source_keeps_what_a_file_hid() -> None:
    assert b"secret" in b64decode(jpeg().partition(",")[2])
    version = divide(choice("m", stem=f"看{img(jpeg())}", explanation=img(jpeg()))).version
    for html in (version.content["stem"], version.source["stem"], version.key["explanation"]):
        held = b64decode(html.partition("base64,")[2].partition('"')[0])
        assert held.startswith(b"\xff\xd8")
        assert b"secret" not in held


def test_search_and_title_read_the_description() -> None:
    version = divide(choice("m", title="", stem=img(png(), "港口平面图"))).version
    assert version.title == "港口平面图"
    assert "base64" not in version.search_text
    assert divide(choice("bare", title="", stem=img(png(), ""))).version.title == "bare"
