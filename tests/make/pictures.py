"""Small pictures of every sort, drawn here."""

from base64 import b64encode
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw


def drawn(width: int = 60, height: int = 40, mode: str = "RGB", hue: int = 0) -> Image.Image:
    """Draw something with edges and shades."""
    image = Image.new("RGB", (width, height), (240, 240, 250))
    pen = ImageDraw.Draw(image)
    for x in range(0, width, 5):
        pen.line((x, 0, width - x, height), fill=(x * 255 // width, hue % 256, 120), width=2)
    pen.ellipse((width // 4, height // 4, width // 2, height // 2), fill=(200, hue % 256, 40))
    return image.convert(mode)


def file_of(image: Image.Image, form: str, **how: Any) -> bytes:
    """Return a picture as a file."""
    written = BytesIO()
    image.save(written, form, **how)
    return written.getvalue()


def address(data: bytes, kind: str = "png") -> str:
    """Return a file as a `data:` address."""
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


@cache
def png(hue: int = 0, width: int = 60, height: int = 40) -> str:
    """Return a PNG as a `data:` address; another hue is another picture."""
    return address(file_of(drawn(width, height, hue=hue), "PNG"))


@cache
def jpeg(hue: int = 0) -> str:
    """Return a JPEG with a remark of the camera in it as a `data:` address."""
    return address(file_of(drawn(hue=hue), "JPEG", quality=85, comment=b"secret"), "jpeg")


def img(source: str, alt: str = "港口平面图", **more: object) -> str:
    """Return the tag of a picture."""
    return f'<img src="{source}" alt="{alt}"' + "".join(f' {name}="{value}"' for name, value in more.items()) + ">"
