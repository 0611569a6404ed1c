import io
import tracemalloc
import zlib
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from cases.pictures import Box, derive, srcset, upright_size
from face import pictures
from face.pictures import BadPicture, read_header
from tests.cases.photographs import (
    BLUE,
    CANARY,
    RED,
    archive,
    decoded,
    encoded,
    jpeg_header,
    photograph,
    png,
    png_chunk,
    segments,
    telling,
    webp_header,
)

FORMATS = ["JPEG", "PNG", "WEBP"]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def close_to(one, other, tolerance=12):
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def refusal(content: bytes) -> str:
    with pytest.raises(BadPicture) as refused:
        derive(content)
    return str(refused.value)


# --- what is taken


@pytest.mark.parametrize("format", FORMATS)
def test_a_plain_picture_is_taken_and_keeps_its_colours(format):
    made = derive(photograph(format))
    assert (made.width, made.height) == upright_size(photograph(format)) == (600, 400)
    image = decoded(made.files[None])
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (600, 400))
    assert close_to(image.getpixel((100, 200)), RED)
    assert close_to(image.getpixel((500, 200)), BLUE)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_way_to_keep_colours_is_understood_and_can_be_covered(format, mode):
    white = Image.new("RGB", (60, 40), "white")
    try:
        content = encoded(Image.new(mode, (60, 40), 65535) if mode == "I;16" else white.convert(mode), format)
    except (OSError, ValueError):  # the format does not know this way
        content = encoded(white, format)
    image = decoded(derive(content, [Box(0, 0, 30, 40)]).files[None])
    assert close_to(image.getpixel((10, 20)), (0, 0, 0))
    assert close_to(image.getpixel((50, 20)), (255, 255, 255))


def test_what_is_see_through_becomes_white_and_shows_nothing_behind():
    image = Image.new("RGBA", (60, 40), (*RED, 0))
    assert close_to(decoded(derive(encoded(image, "PNG")).files[None]).getpixel((30, 20)), (255, 255, 255))


@pytest.mark.parametrize("name", ["jpeg", "progressive", "webp"])
def test_the_header_is_read_as_the_decoder_reads_it(name):
    content = {
        "jpeg": photograph(size=(601, 397)),
        "progressive": photograph(size=(601, 397), progressive=True),
        "webp": photograph("WEBP", size=(601, 397), lossless=True),
    }[name]
    assert read_header(content)[1:] == (601, 397)


# --- what is left behind


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_of_what_the_file_told_is_left(format):
    content = telling(format)
    assert CANARY.encode() in content
    for file in derive(content).files.values():
        assert CANARY.encode() not in file
        image = decoded(file)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        # JFIF, quantization, frame, Huffman, scan: no application segment, no comment.
        assert set(segments(file)) <= {0xE0, 0xDB, 0xC2, 0xC4, 0xDA}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_as_its_camera_was_held(format, orientation):
    content = telling(format, orientation=orientation)
    made = derive(content)
    image = decoded(made.files[None])
    lying = orientation >= 5
    assert image.size == upright_size(content) == ((400, 600) if lying else (600, 400))
    red_comes_first = orientation in (1, 4, 5, 6)
    first = image.getpixel((200, 100) if lying else (100, 200))
    assert close_to(first, RED if red_comes_first else BLUE)


def test_colours_of_another_profile_become_those_of_the_web():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    content = photograph("PNG", icc_profile=lab.tobytes())
    image = decoded(derive(content).files[None])
    assert "icc_profile" not in image.info
    assert close_to(image.getpixel((100, 200)), RED)


def test_a_profile_that_nobody_can_read_is_no_reason_to_refuse():
    image = decoded(derive(photograph("PNG", icc_profile=b"rubbish" * 40)).files[None])
    assert close_to(image.getpixel((100, 200)), RED)


# --- what is covered


def test_covered_parts_are_solid_and_nothing_bleeds_out_of_them():
    """A face in noise: whatever was under the box, the derivative is the same, byte for byte."""
    box = Box(101, 57, 333, 299)
    noise = Image.effect_noise((600, 400), 90).convert("RGB")
    other = noise.copy()
    ImageDraw.Draw(other).rectangle((101, 57, 332, 298), fill=(0, 255, 0))
    one, two = (derive(encoded(image, "PNG"), [box]) for image in (noise, other))
    assert one.files == two.files
    image = decoded(one.files[None])
    inside = image.crop((109, 65, 325, 291)).getextrema()
    assert all(high <= 3 for _low, high in inside)
    assert decoded(derive(encoded(noise, "PNG")).files[None]).crop((109, 65, 325, 291)).getextrema() != inside


def test_covering_comes_before_making_smaller():
    """A single pixel that tells, at the very edge of the box, in a picture three times as wide as what is shown."""
    plain = Image.new("RGB", (4800, 1200), "gray")
    telltale = plain.copy()
    for x in (1000, 1001, 1998, 1999):
        telltale.putpixel((x, 600), (255, 255, 255))
    box = Box(1000, 500, 2000, 700)
    one, two = (derive(encoded(image, "PNG"), [box]) for image in (plain, telltale))
    assert one.digest == two.digest
    assert one.files == two.files
    assert decoded(one.files[None]).getpixel((500, 200)) == (0, 0, 0)


def test_boxes_count_in_pixels_of_the_upright_picture():
    made = derive(telling(orientation=6), [Box(0, 0, 400, 100)])
    image = decoded(made.files[None])
    assert close_to(image.getpixel((200, 50)), (0, 0, 0))
    assert close_to(image.getpixel((200, 150)), RED)


def test_right_and_bottom_are_the_first_that_stay():
    image = decoded(derive(encoded(Image.new("RGB", (64, 64), "white"), "PNG"), [Box(0, 0, 32, 64)]).files[None])
    assert image.getpixel((31, 30))[0] < 40
    assert image.getpixel((32, 30))[0] > 215


# --- what is shown


def test_what_is_shown_is_at_most_1600_wide_and_comes_in_two_lesser_widths():
    content = photograph(size=(4000, 3000))
    made = derive(content)
    assert (made.width, made.height) == (1600, 1200)
    assert upright_size(content) == (4000, 3000)
    assert {width: decoded(file).size for width, file in made.files.items()} == {
        None: (1600, 1200),
        480: (480, 360),
        960: (960, 720),
    }


@pytest.mark.parametrize(("size", "widths"), [((480, 300), set()), ((481, 300), {480}), ((1, 1), set())])
def test_no_picture_is_made_larger(size, widths):
    made = derive(photograph("PNG", size=size))
    assert (made.width, made.height) == size
    assert set(made.files) == {None} | widths


def test_a_picture_is_named_by_what_it_shows():
    once, again, covered = derive(telling()), derive(photograph()), derive(photograph(), [Box(0, 0, 9, 9)])
    assert once.digest == sha256(once.files[None]).hexdigest()
    assert once.digest == again.digest
    assert once.digest != covered.digest


def test_a_page_offers_every_width_there_is():
    assert srcset("ab" * 32, 1600) == (
        f"/cases/pictures/{'ab' * 32}-480.jpg 480w, /cases/pictures/{'ab' * 32}-960.jpg 960w, "
        f"/cases/pictures/{'ab' * 32}.jpg 1600w"
    )
    assert srcset("ab" * 32, 480) == f"/cases/pictures/{'ab' * 32}.jpg 480w"


# --- what is refused, before anything is decoded


def animated(format: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]
    return encoded(frames[0], format, save_all=True, append_images=frames[1:])


UNKNOWN = {
    "SVG": SVG,
    "SVG with a declaration": b"<?xml version='1.0'?>" + SVG,
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "GIF": encoded(Image.new("P", (9, 9)), "GIF"),
    "TIFF": encoded(Image.new("RGB", (9, 9)), "TIFF"),
    "BMP": encoded(Image.new("RGB", (9, 9)), "BMP"),
    "AVIF": encoded(Image.new("RGB", (9, 9)), "AVIF"),
    "PDF": b"%PDF-1.7\n%%EOF",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "ZIP before a JPEG": archive() + photograph(),
    "a space before a JPEG": b" " + photograph(),
    "one byte": b"\xff",
    "RIFF that is no WebP": b"RIFF\x04\0\0\0WAVE",
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_no_jpeg_png_or_webp_is_refused(name):
    assert "not a JPEG" in refusal(UNKNOWN[name])


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "more", [archive(), SVG, b"<script>alert(1)</script>", b"\0" * 64, photograph(), b"x"], ids=range(6)
)
def test_whatever_stands_behind_a_picture_is_refused(format, more):
    assert "Behind the picture" in refusal(photograph(format) + more)


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_what_moves_is_refused(format):
    assert "moves" in refusal(animated(format))


def test_a_jpeg_of_several_pictures_is_refused():
    assert "Behind the picture" in refusal(animated("MPO"))


def test_an_empty_file_is_refused():
    assert "empty" in refusal(b"")


def test_a_file_of_40_megabytes_is_refused():
    assert "at most 20 MB" in refusal(photograph() + bytes(40 * 1024 * 1024))


BOMBS = {
    "PNG": png(30_000, 30_000, (b"IDAT", b"x")),
    "JPEG": jpeg_header(30_000, 30_000),
    "WEBP": webp_header(16_000, 16_000),
    "long": png(20_001, 10, (b"IDAT", b"x")),
    "the largest that a PNG can say": png(2**32 - 1, 2**32 - 1, (b"IDAT", b"x")),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_what_its_header_says_and_without_room_for_it(name, monkeypatch):
    def decode(*args, **kwargs):
        raise AssertionError("nothing is decoded")

    monkeypatch.setattr(pictures.Image, "open", decode)
    tracemalloc.start()
    try:
        assert "too large" in refusal(BOMBS[name])
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


def test_a_header_that_says_less_than_the_picture_holds_does_not_deceive():
    """A first header of 10 × 10 and a second of 30,000 × 30,000: decoders differ in which they believe."""
    twice = jpeg_header(10, 10)[:-2] + jpeg_header(30_000, 30_000)[2:]
    assert "damaged" in refusal(twice)
    head, rest = png(10, 10, (b"IDAT", b"x")), png(30_000, 30_000, (b"IDAT", b"x"))[8:]
    assert "damaged" in refusal(head[:33] + rest)


def test_a_picture_of_a_hundred_and_more_scans_is_refused():
    assert "damaged" in refusal(jpeg_header(8000, 6000, scans=pictures.MAX_SCANS + 1))


def test_no_side_may_be_nothing():
    for content in (png(0, 9, (b"IDAT", b"x")), png(9, 0, (b"IDAT", b"x")), jpeg_header(0, 9), jpeg_header(9, 0)):
        assert "damaged" in refusal(content)


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_that_was_cut_off_anywhere_is_refused(format):
    content = photograph(format, size=(40, 30))
    for length in range(1, len(content)):
        refusal(content[:length])


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_whose_inside_is_rubbish_is_refused_and_nothing_else_happens(format):
    content = photograph(format, size=(60, 40))
    for start in range(0, len(content) - 8, max(1, len(content) // 60)):
        try:
            derive(content[:start] + b"\xa5\x5a\xff\x00\x01\xfe\x80\x7f" + content[start + 8 :])
        except BadPicture:
            continue


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBP", b""]), st.binary(max_size=200))
def test_noise_is_refused_whatever_it_begins_with(magic, noise):
    refusal(magic + noise)


def test_a_png_that_unpacks_to_much_in_its_words_is_refused():
    words = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9))
    plain = photograph("PNG", size=(9, 9))
    refusal(plain[:33] + words + plain[33:])


def test_a_picture_at_the_limits_is_taken():
    assert derive(encoded(Image.new("L", (20_000, 2_500)), "PNG")).width == 1600


def test_reading_a_header_leaves_the_content_as_it_is():
    content = photograph()
    assert read_header(content) == ("JPEG", 600, 400)
    assert decoded(content).size == Image.open(io.BytesIO(content)).size
