"""One document in a process of its own, for `face.typesetting.typeset_apart`: the order as JSON on stdin; on stdout a
line of JSON with what was asked about the document, then the document.

Not a module to import: it imports nothing of ours, so that it starts in a tenth of a second.
"""

import json
import resource
import sys
from typing import Any

import typst


def main() -> None:
    order: dict[str, Any] = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_DATA, (order["bytes"], order["bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))
    # What crashes here is told by the exit code; a copy of the memory on the disk would be a list of names.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        compiler = typst.Compiler(
            order["template"],
            root=order["root"],
            font_paths=order["fonts"],
            ignore_system_fonts=True,
            sys_inputs=order["inputs"],
        )
        made = compiler.compile(pdf_standards=order["standards"], timestamp=order["timestamp"])
        # The compiler remembers the layout: asking costs a hundredth of it.
        told = json.loads(compiler.query(order["query"], field="value"))
    except RuntimeError as error:
        sys.exit(f"{error}")
    assert isinstance(made, bytes)
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + made)


if __name__ == "__main__":
    main()
