"""Imports point one way: ilonet_register ← customers ← contracts ← retention ← privacy ← ilonet_register.office."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
ORDER = ("ilonet_register", "customers", "contracts", "retention", "privacy", "ilonet_register.office")


def layer(module: str) -> int | None:
    return max((place for place, name in enumerate(ORDER) if f"{module}.".startswith(f"{name}.")), default=None)


def test_no_module_imports_what_is_to_its_right() -> None:
    seen, wrong = 0, []
    for path in (p for name in ORDER for p in (ROOT / name.split(".")[0]).rglob("*.py") if "migrations" not in p.parts):
        own = layer(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text())):
            named = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            named += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            seen += len(named)
            wrong += [f"{path.relative_to(ROOT)}: {name}" for name in named if (layer(name) or 0) > (own or 0)]
    # The root of the addresses names the pages: it is the one place above all layers.
    allowed = {"ilonet_register/urls.py: ilonet_register.office.access"}
    assert seen > 500
    assert sorted(set(wrong) - allowed) == []


def test_retention_names_no_app_whose_rows_it_removes() -> None:
    """It reads the registry: a new model brings its rule by declaring, and nothing here is to be changed for it."""
    seen = 0
    for path in (p for p in (ROOT / "retention").rglob("*.py") if "migrations" not in p.parts):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                seen += 1
                assert node.module.split(".")[0] not in {"customers", "contracts"}, path
    assert seen > 50
