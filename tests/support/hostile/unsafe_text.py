"""Patterns that no text by the bot may contain, independent of the code that removes them."""

import re

LINK = re.compile(
    r"://|(?<!\w)www\.|\[[^\[\]]*\]\(\s*<?(?:\w+:|/|www)|<[!@#]|@(?:everyone|here|channel)|(?<!\w)@[^\W\d]|\w@\w+\.[a-z]{2}",
    re.I,
)
"""A link, a mention or a ping, as Slack or Discord would create one."""
