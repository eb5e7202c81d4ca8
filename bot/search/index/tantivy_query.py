"""Tantivy queries, built word by word: no typed text is ever parsed as a query.

The work is bounded by limits on words, phrases, names and categories.
"""

from collections.abc import Sequence
from datetime import date

from tantivy import FieldType, Occur, Query, Schema, Searcher

from bot.domain.search_query import SearchQuery
from bot.domain.text.stem import stem
from bot.search.index import fields as texts

TEXT, STEM, TITLE, ID, AUTHOR, CATEGORY = "text", "stem", "title", "id", "author", "category"
ROW, DAY, CODE = "row", "day", "code"

_MOST_WORDS = 48
"""Of a longer text the rarest words are used: the others are uninformative and take most of the time."""
_MOST_LOOKED_UP = 400
"""Words of a text whose frequency is looked up, to find the rarest."""
_LONGEST_TITLE = 24
"""Words; hardly any title has more."""
_INFLECTED = 0.35
"""Weight of a stem relative to the typed word. Chosen with `fusion.MEANING_WEIGHT`; 0.2 and 0.5 differ by a few
queries, and without it summaries by other people ranked slightly lower."""
_MOST_CONDITIONS = 16
_MOST_KEYS = 5_000
_MOST_ENDINGS = 2_000
"""Completions of a partial word; of more, the first in alphabetical order."""
_LONGEST_BEGUN = 40
"""Characters of an identifier."""
_LONGEST_TEXT = 4_000
_ANY_TIME = 10_000_000


def number_of(day: date) -> int:
    """Return the index's number of a day."""
    return day.toordinal()


class Asking:
    """Builds queries for one commit of the index."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def words(self, text: str) -> Query | None:
        """Match any of the words or their inflections, scored by rarity; None if no paper has any."""
        told = self._telling(text)
        return _any([term for word, stem in told.items() for term in self._word(word, stem)]) if told else None

    def all_words(self, text: str) -> list[Query]:
        """Match each of the words or an inflection of it, one query each."""
        return [self._term(STEM, stem) for stem in dict.fromkeys(_distinct(text).values())][:_MOST_WORDS]

    def titled(self, text: str) -> Query | None:
        """Match titles with all typed words that occur in any paper; None if there can be none."""
        typed = _distinct(text)
        said = [word for word in typed if self._often(TEXT, word)] if len(typed) <= 2 * _LONGEST_TITLE else []
        if not 0 < len(said) <= _LONGEST_TITLE:
            return None
        return _unscored(Query.boolean_query([(Occur.Must, self._term(TITLE, word)) for word in said]))

    def begun(self, text: str) -> Query | None:
        """Match titles with all the words, the last possibly partial, or identifiers with this prefix.

        None if nothing can match.
        """
        ways = [way for way in (self._title_begun(text), self._id_begun(text.strip())) if way]
        return _any(ways) if ways else None

    def conditions(self, query: SearchQuery) -> list[tuple[Occur, Query]]:
        """Return the query's conditions as required and excluded clauses."""
        phrases = [self._phrase(phrase) for phrase in query.phrases[:_MOST_CONDITIONS]]
        without = [self._phrase(phrase) for phrase in query.without[:_MOST_CONDITIONS]]
        must = [phrase for phrase in phrases if phrase]
        must += [self._author(name) for name in query.authors[:_MOST_CONDITIONS]]
        if query.categories:
            keys = [texts.asked_category(category) for category in query.categories[:_MOST_CONDITIONS]]
            must.append(_unscored(Query.term_set_query(self._schema, CATEGORY, keys)))
        if query.first or query.last:
            must.append(self.days(query.first, query.last))
        if query.code:
            must.append(_unscored(Query.term_query(self._schema, CODE, 1)))
        return [(Occur.Must, one) for one in must] + [(Occur.MustNot, one) for one in without if one]

    def days(self, first: date | None, last: date | None) -> Query:
        """Match days from `first` to `last`."""
        lower, upper = number_of(first) if first else 1, number_of(last) if last else _ANY_TIME
        return _unscored(Query.range_query(self._schema, DAY, FieldType.Integer, lower, upper))

    def rows(self, rows: Sequence[int]) -> Query:
        """Match any of these rows."""
        return _unscored(Query.term_set_query(self._schema, ROW, rows))

    def _title_begun(self, text: str) -> Query | None:
        typed = texts.said(text[:_LONGEST_TEXT])
        if not 0 < len(typed) <= 2 * _LONGEST_TITLE:
            return None
        *whole, last = typed
        endings = [word for word, _ in self._searcher.terms_with_prefix(TITLE, last, limit=_MOST_ENDINGS)]
        ended = Query.term_set_query(self._schema, TITLE, endings)
        return both([ended, *(self._term(TITLE, word) for word in whole)], []) if endings else None

    def _id_begun(self, text: str) -> Query | None:
        if len(text) > _LONGEST_BEGUN or not text.isascii() or not any(map(str.isdigit, text)):
            return None
        ids = [id for id, _ in self._searcher.terms_with_prefix(ID, text.lower(), limit=_MOST_KEYS)]
        return Query.term_set_query(self._schema, ID, ids) if ids else None

    def _telling(self, text: str) -> dict[str, str]:
        """Return the rarest words with their stems."""
        looked_up = list(_distinct(text).items())[:_MOST_LOOKED_UP]
        often = {word: self._often(STEM, stem) for word, stem in looked_up}
        known = sorted((one for one in looked_up if often[one[0]]), key=lambda one: often[one[0]])
        return dict(known[:_MOST_WORDS])

    def _word(self, word: str, stem: str) -> list[Query]:
        """Match the word, and its stem with less weight; one boosted term, which is faster, if no paper inflects it."""
        exactly, inflected = self._often(TEXT, word), self._often(STEM, stem)
        if exactly == inflected:
            return [Query.boost_query(self._term(TEXT, word), 1 + _INFLECTED)]
        bare = Query.boost_query(self._term(STEM, stem), _INFLECTED)
        return [self._term(TEXT, word), bare] if exactly else [bare]

    def _often(self, field: str, word: str) -> int:
        return int(self._searcher.doc_freq(field, word))

    def _term(self, field: str, word: str) -> Query:
        return Query.term_query(self._schema, field, word)

    def _phrase(self, phrase: str) -> Query | None:
        said = texts.said(phrase)[:_MOST_WORDS]
        if len(said) > 1:
            return Query.phrase_query(self._schema, TEXT, list(said))
        return self._term(TEXT, said[0]) if said else None

    def _author(self, name: str) -> Query:
        begun = texts.asked_author(name)
        found = [key for one in begun for key, _ in self._searcher.terms_with_prefix(AUTHOR, one, limit=_MOST_KEYS)]
        meant = [key for key in dict.fromkeys(found) if texts.is_meant(name, key)]
        return _unscored(Query.term_set_query(self._schema, AUTHOR, meant)) if meant else Query.empty_query()


def both(must: Sequence[Query], conditions: Sequence[tuple[Occur, Query]]) -> Query:
    """Match all of `must` under these conditions; everything if there are neither."""
    clauses = [*((Occur.Must, one) for one in must), *conditions]
    if all(occur is Occur.MustNot for occur, _ in clauses):
        clauses.append((Occur.Must, Query.all_query()))
    return Query.boolean_query(clauses)


def _distinct(text: str) -> dict[str, str]:
    """Return a text's distinct words with their stems."""
    return {word: stem(word) for word in texts.said(text[:_LONGEST_TEXT])}


def _any(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, one) for one in queries])


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
