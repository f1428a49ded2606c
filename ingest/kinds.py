"""What kind of file may be read as a document, and what to do with one of another kind."""

from __future__ import annotations

from ingest.corpus import MEDIA_TYPES
from ingest.errors import CorpusError

_SCAN = "扫描件要先识别成文字、核对，再存为 docx 或 txt。"
#: What to do with files that people try, by their ending.
_ADVICE = {
    **dict.fromkeys((".doc", ".wps", ".rtf", ".odt"), "请在 Word 或 WPS 里打开它，另存为 docx，再添加 docx 文件。"),
    **dict.fromkeys(
        (".pdf", ".ofd"), f"有原来的 Word 文件请用 docx；没有的，请在阅读软件里转成 docx 或 txt。{_SCAN}"
    ),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp"), f"图片里的字读不出来；{_SCAN}"),
}  # fmt: skip
#: How files begin that are no text, whatever they are called.
_BEGINNINGS = {
    b"%PDF": ".pdf",
    b"PK\x03\x04": ".docx",
    b"\xd0\xcf\x11\xe0": ".doc",
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
}


def check_kind(data: bytes, suffix: str, name: str = "这份文件") -> None:
    """Hold a file to its ending.

    :param name: how the message calls it; one in Latin letters with a space behind.
    :raises CorpusError: when files of that kind cannot be read, or it is of another kind or empty; the message says
        what to do.
    """
    kinds = "、".join(MEDIA_TYPES)
    if suffix not in MEDIA_TYPES:
        advice = _ADVICE.get(suffix, f"请先另存为 {kinds} 中的一种。")
        raise CorpusError(f"{name}的格式“{suffix or '无扩展名'}”读不了，能读的是 {kinds}。{advice}")
    if not data.strip():
        raise CorpusError(f"{name}是空的，没有添加。")
    real = next((ending for start, ending in _BEGINNINGS.items() if data.startswith(start)), "")
    if real == suffix:
        return
    if suffix == ".docx" and real == ".doc":
        raise CorpusError(
            f"{name}虽然叫 docx，其实是旧版 doc 或加了密码。请在 Word 或 WPS 里打开，去掉密码，另存为 docx。"
        )
    if (
        real
        or suffix == ".docx"
        or (b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")))
    ):
        advice = _ADVICE.get(real, f"请另存为 {kinds} 中的一种。")
        if real == ".docx":
            advice = "如果是 Word 文件，请把扩展名改回 docx；压缩包请先解开。"
        raise CorpusError(f"{name}的内容是{real[1:].upper() or '二进制数据'}，不是 {suffix[1:]}。{advice}")
