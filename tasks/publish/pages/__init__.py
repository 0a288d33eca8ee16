"""The look of every page that siller writes: one base template and one stylesheet.

A page is one file that asks for nothing from outside, so that it can be mailed, archived and printed. The
stylesheet follows the published rules of the Scottish Government design system (colours, type scale, spacing,
focus); no code of it is copied.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

HERE = Path(__file__).resolve().parent
_BASE = "page.html.j2"


def page(template: Path, **context: object) -> str:
    """Render a template that extends ``page.html.j2``.

    The base template takes ``title``, ``service`` (what the header calls the page's subject),
    ``rehearsal`` (shows the banner) and ``made`` (the footer's line), all text but ``rehearsal``; a
    missing name is an error, and every value is escaped.

    Args:
        template: the page's own template.
        context: what the templates name.
    """
    return compiled(template).render(stylesheet=_stylesheet(), **context)


@cache
def compiled(template: Path) -> Template:
    """A page's template and the one that it extends, compiled: once in a process, and in all copies of it."""
    environment = Environment(
        loader=FileSystemLoader([template.parent, HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.get_template(_BASE)
    return environment.get_template(template.name)


@cache
def _stylesheet() -> str:
    return (HERE / "siller.css").read_text(encoding="utf-8")
