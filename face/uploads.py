"""Pictures on their way in: never on the disk as they are, and larger than anything else that this site takes."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from face.pictures import MAX_BYTES

View = Callable[..., HttpResponse]


class InMemoryUpload(FileUploadHandler):
    """Keeps of all files together one byte more than a picture may have: enough to see that it is too big."""

    room = MAX_BYTES + 1

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.room -= self.file.write(raw_data[: self.room])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        size = self.file.tell()
        self.file.seek(0)
        return InMemoryUploadedFile(
            self.file,
            self.field_name,
            str(self.file_name),
            self.content_type,
            size,
            self.charset,
            self.content_type_extra,
        )


def takes_a_picture(view: View) -> View:
    """For a view behind a log-in. Its form is guarded against forgery as any other, only later: the guard reads it."""
    guarded = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def taking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [InMemoryUpload(request)]
        return guarded(request, *args, **kwargs)

    return taking
