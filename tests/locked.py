"""Archives encrypted with AES, as a body packs its extract."""

import io

import pyzipper

PASSWORD = "correct horse, battery"


def locked(*files: bytes, password: str = PASSWORD, packing: int = pyzipper.ZIP_DEFLATED, **how: int) -> bytes:
    """An archive of these files, encrypted as 7-Zip and WinZip do it."""
    archive = io.BytesIO()
    with pyzipper.AESZipFile(archive, "w", compression=packing, encryption=pyzipper.WZ_AES) as opened:
        opened.setpassword(password.encode())
        opened.setencryption(pyzipper.WZ_AES, **how)
        for number, content in enumerate(files, start=1):
            opened.writestr(f"{number}.csv", content)
    return archive.getvalue()
