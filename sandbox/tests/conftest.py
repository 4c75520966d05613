"""Make `sandbox` mean the package, not the folder these tests live in.

With importlib mode pytest names a test module after its path, here `sandbox.tests...`, and creates
an empty parent `sandbox` on the way, which would hide the installed package of that name.
"""

import sys

if getattr(sys.modules.get("sandbox"), "__file__", None) is None:
    sys.modules.pop("sandbox", None)
    import sandbox  # noqa: F401
