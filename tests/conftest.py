import os
from typing import Any

import pytest

from maninso.services import browser

CHROMIUM = browser.find()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests are left out only where there is no browser; bin/test fetches one or says why not."""
    if CHROMIUM:
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, speaking to nobody but the site under test."""
    # Playwright's event loop runs in this thread, which is all that Django looks at.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    quiet = ["background-networking", "quic", "gpu", "component-update", "sync"]
    return {
        **browser_type_launch_args,
        "executable_path": str(CHROMIUM),
        "args": ["--no-sandbox", "--no-first-run", *(f"--disable-{service}" for service in quiet)],
    }
