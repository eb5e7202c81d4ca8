"""Tantivy queries, built word by word: no typed text is ever parsed as a query.

The work is bounded by limits on words, phrases, names and categories.
"""

from collections.abc import Sequence
from datetime import date

from tantivy import FieldType, Occur, Query, Schema, Searcher

from bot.domain.search_query import SearchQuery
from bot.domain.text.stem import stem
from bot.search.index import fields

TEXT, STEM, TITLE, ID, AUTHOR, CATEGORY = "text", "stem", "title", "id", "author", "category"
ROW, DAY, CODE = "row", "day", "code"

_MAX_WORDS = 48
"""Of a longer text the rarest words are used: the others are uninformative and take most of the time."""
_MAX_LOOKUPS = 400
"""Words of a text whose frequency is looked up, to find the rarest."""
_MAX_TITLE_WORDS = 24
"""Words; hardly any title has more."""
_STEM_WEIGHT = 0.35
"""Weight of a stem relative to the typed word. Chosen with `fusion.MEANING_WEIGHT`; 0.2 and 0.5 differ by a few
queries, and without it summaries by other people ranked slightly lower."""
_MAX_CONDITIONS = 16
_MAX_KEYS = 5_000
_MAX_COMPLETIONS = 2_000
"""Completions of a partial word; of more, the first in alphabetical order."""
_MAX_ID_PREFIX = 40
"""Characters of an identifier."""
_MAX_TEXT_LENGTH = 4_000
_MAX_DAY = 10_000_000


def number_of(day: date) -> int:
    """Return the index's number of a day."""
    return day.toordinal()


class QueryBuilder:
    """Builds queries for one commit of the index."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def words(self, text: str) -> Query | None:
        """Match any of the words or their inflections, scored by rarity; None if no paper has any."""
        rarest = self._rarest_words(text)
        return (
            _any([term for word, stem in rarest.items() for term in self._word_queries(word, stem)]) if rarest else None
        )

    def all_words(self, text: str) -> list[Query]:
        """Match each of the words or an inflection of it, one query each."""
        return [self._term(STEM, stem) for stem in dict.fromkeys(_distinct(text).values())][:_MAX_WORDS]

    def titled(self, text: str) -> Query | None:
        """Match titles with all typed words that occur in any paper; None if there can be none."""
        typed = _distinct(text)
        words = [word for word in typed if self._frequency(TEXT, word)] if len(typed) <= 2 * _MAX_TITLE_WORDS else []
        if not 0 < len(words) <= _MAX_TITLE_WORDS:
            return None
        return _unscored(Query.boolean_query([(Occur.Must, self._term(TITLE, word)) for word in words]))

    def begun(self, text: str) -> Query | None:
        """Match titles with all the words, the last possibly partial, or identifiers with this prefix.

        None if nothing can match.
        """
        queries = [query for query in (self._title_begun(text), self._id_begun(text.strip())) if query]
        return _any(queries) if queries else None

    def conditions(self, query: SearchQuery) -> list[tuple[Occur, Query]]:
        """Return the query's conditions as required and excluded clauses."""
        phrases = [self._phrase(phrase) for phrase in query.phrases[:_MAX_CONDITIONS]]
        without = [self._phrase(phrase) for phrase in query.without[:_MAX_CONDITIONS]]
        must = [phrase for phrase in phrases if phrase]
        must += [self._author(name) for name in query.authors[:_MAX_CONDITIONS]]
        if query.categories:
            keys = [fields.category_key(category) for category in query.categories[:_MAX_CONDITIONS]]
            must.append(_unscored(Query.term_set_query(self._schema, CATEGORY, keys)))
        if query.first or query.last:
            must.append(self.days(query.first, query.last))
        if query.code:
            must.append(_unscored(Query.term_query(self._schema, CODE, 1)))
        return [(Occur.Must, one) for one in must] + [(Occur.MustNot, one) for one in without if one]

    def days(self, first: date | None, last: date | None) -> Query:
        """Match days from `first` to `last`."""
        lower, upper = number_of(first) if first else 1, number_of(last) if last else _MAX_DAY
        return _unscored(Query.range_query(self._schema, DAY, FieldType.Integer, lower, upper))

    def rows(self, rows: Sequence[int]) -> Query:
        """Match any of these rows."""
        return _unscored(Query.term_set_query(self._schema, ROW, rows))

    def _title_begun(self, text: str) -> Query | None:
        typed = fields.fold_words(text[:_MAX_TEXT_LENGTH])
        if not 0 < len(typed) <= 2 * _MAX_TITLE_WORDS:
            return None
        *whole, last = typed
        endings = [word for word, _ in self._searcher.terms_with_prefix(TITLE, last, limit=_MAX_COMPLETIONS)]
        ended = Query.term_set_query(self._schema, TITLE, endings)
        return both([ended, *(self._term(TITLE, word) for word in whole)], []) if endings else None

    def _id_begun(self, text: str) -> Query | None:
        if len(text) > _MAX_ID_PREFIX or not text.isascii() or not any(map(str.isdigit, text)):
            return None
        ids = [id for id, _ in self._searcher.terms_with_prefix(ID, text.lower(), limit=_MAX_KEYS)]
        return Query.term_set_query(self._schema, ID, ids) if ids else None

    def _rarest_words(self, text: str) -> dict[str, str]:
        """Return the rarest words with their stems."""
        looked_up = list(_distinct(text).items())[:_MAX_LOOKUPS]
        frequency = {word: self._frequency(STEM, stem) for word, stem in looked_up}
        known = sorted((one for one in looked_up if frequency[one[0]]), key=lambda one: frequency[one[0]])
        return dict(known[:_MAX_WORDS])

    def _word_queries(self, word: str, stem: str) -> list[Query]:
        """Match the word, and its stem with less weight; one boosted term, which is faster, if no paper inflects it."""
        exactly, inflected = self._frequency(TEXT, word), self._frequency(STEM, stem)
        if exactly == inflected:
            return [Query.boost_query(self._term(TEXT, word), 1 + _STEM_WEIGHT)]
        bare = Query.boost_query(self._term(STEM, stem), _STEM_WEIGHT)
        return [self._term(TEXT, word), bare] if exactly else [bare]

    def _frequency(self, field: str, word: str) -> int:
        return int(self._searcher.doc_freq(field, word))

    def _term(self, field: str, word: str) -> Query:
        return Query.term_query(self._schema, field, word)

    def _phrase(self, phrase: str) -> Query | None:
        words = fields.fold_words(phrase)[:_MAX_WORDS]
        if len(words) > 1:
            return Query.phrase_query(self._schema, TEXT, list(words))
        return self._term(TEXT, words[0]) if words else None

    def _author(self, name: str) -> Query:
        begun = fields.author_prefixes(name)
        found = [key for one in begun for key, _ in self._searcher.terms_with_prefix(AUTHOR, one, limit=_MAX_KEYS)]
        matching = [key for key in dict.fromkeys(found) if fields.matches_author(name, key)]
        return _unscored(Query.term_set_query(self._schema, AUTHOR, matching)) if matching else Query.empty_query()


def both(must: Sequence[Query], conditions: Sequence[tuple[Occur, Query]]) -> Query:
    """Match all of `must` under these conditions; everything if there are neither."""
    clauses = [*((Occur.Must, one) for one in must), *conditions]
    if all(occur is Occur.MustNot for occur, _ in clauses):
        clauses.append((Occur.Must, Query.all_query()))
    return Query.boolean_query(clauses)


def _distinct(text: str) -> dict[str, str]:
    """Return a text's distinct words with their stems."""
    return {word: stem(word) for word in fields.fold_words(text[:_MAX_TEXT_LENGTH])}


def _any(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, one) for one in queries])


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
