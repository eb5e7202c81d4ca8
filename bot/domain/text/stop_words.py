"""Words that say nothing about a paper's subject."""

SAYS_NOTHING = frozenset({
    "a", "about", "achieve", "across", "all", "also", "an", "and", "any", "approach", "are", "as", "at", "based",
    "be", "been", "being", "between", "beyond", "both", "but", "by", "can", "current", "different", "do", "does",
    "driven", "during", "each", "efficient", "enable", "enabling", "exist", "existing", "few", "first", "for",
    "framework", "from", "general", "generated", "given", "good", "had", "has", "have", "how", "however", "i",
    "improve", "improving", "in", "including", "into", "introduce", "is", "it", "its", "large", "many", "may",
    "mechanism", "method", "methods", "more", "most", "much", "new", "no", "not", "novel", "of", "on", "one", "or",
    "other", "our", "out", "over", "own", "per", "present", "problem", "problems", "propose", "proposed", "recent",
    "same", "several", "show", "some", "state", "such", "system", "systems", "than", "that", "the", "their", "them",
    "then", "these", "they", "this", "those", "through", "thus", "to", "toward", "towards", "train", "trained", "two",
    "under", "up", "use", "used", "using", "various", "via", "was", "we", "well", "were", "what", "when", "where",
    "whether", "which", "while", "who", "whose", "why", "will", "with", "within", "without", "work", "yet", "you",
    "your",
})  # fmt: skip
