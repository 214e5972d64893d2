"""The catalogues are complete: every message is translated into Finnish and Swedish, with the same values in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message

from ilonet_register.catalogues import LANGUAGES, catalogue_of, said

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|%%|\{[a-z_]*\}")
ENDS = re.compile(r"^(\s*).*?(\s*)$", re.DOTALL)


def messages() -> list[Message]:
    return [message for message in said() if message.id]


def texts(found: object) -> tuple[str, ...]:
    """The one text of a message, or that of one and that of many."""
    return tuple(str(text) for text in found) if isinstance(found, list | tuple) else (str(found or ""),)


def kept(language: str) -> Catalog:
    return catalogue_of(language)


def pairs(language: str) -> Iterator[tuple[Message, Message]]:
    """Yield each message of the sources that is translated, with its translation."""
    catalogue = kept(language)
    for message in messages():
        found = catalogue.get(message.id, message.context)
        if found is not None and all(texts(found.string)):
            yield message, found


def name_of(message: Message) -> str:
    return f"{message.context or ''}|{texts(message.id)[0]}"


def test_the_sources_say_something() -> None:
    assert len(messages()) > 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    translated = {name_of(message) for message, _found in pairs(language)}
    assert {name_of(message) for message in messages()} - translated == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [name_of(message) for message in kept(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_says_any_more_is_not_kept(language: str) -> None:
    wanted = {name_of(message) for message in messages()}
    assert {name_of(message) for message in kept(language) if message.id} - wanted == set()
    assert list(kept(language).obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_holds_the_same_values(language: str) -> None:
    wrong = {}
    for message, found in pairs(language):
        wanted = sorted(PLACEHOLDER.findall(texts(message.id)[-1]))
        given = [sorted(PLACEHOLDER.findall(text)) for text in texts(found.string)]
        # "One record" may leave its number out, as it does in English.
        if given[-1] != wanted or any(set(one) - set(wanted) for one in given):
            wrong[name_of(message)] = given
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_as_many_forms_as_the_message(language: str) -> None:
    wrong = {
        name_of(message) for message, found in pairs(language) if len(texts(message.id)) != len(texts(found.string))
    }
    assert wrong == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_begins_and_ends_like_the_message(language: str) -> None:
    """Blanks at an end join sentences; a lost full stop shows a half sentence."""
    wrong = {}
    for message, found in pairs(language):
        source, translation = texts(message.id)[0], texts(found.string)[0]
        blanks = [ENDS.fullmatch(text).groups() for text in (source, translation)]  # type: ignore[union-attr]
        ends_otherwise = source[-1] in ".:?" and translation[-1] != source[-1] and not translation.endswith(")s")
        if blanks[0] != blanks[1] or ends_otherwise:
            wrong[source] = translation
    assert wrong == {}


def test_the_words_of_the_domain_are_those_of_the_glossary() -> None:
    finnish = {texts(message.id)[0]: texts(found.string)[0] for message, found in pairs("fi")}
    words = {"Main user": "Pääkäyttäjä", "Customer service": "Asiakaspalvelu", "Start": "Aloitus"}
    assert {word: finnish.get(word) for word in words} == words
