from collections.abc import Iterator

import pytest

from tests.services.conftest import Stack
from tests.stack.running import Running


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One stack for all tests of this folder, with the demonstration's content."""
    with Stack(tmp_path_factory.mktemp("stack") / "var") as stack:
        yield Running(stack)
