"""What no text of ours may hold, told apart from the code that takes it out."""

import re

LINK = re.compile(
    r"://|(?<!\w)www\.|\[[^\[\]]*\]\(\s*<?(?:\w+:|/|www)|<[!@#]|@(?:everyone|here|channel)|(?<!\w)@[^\W\d]|\w@\w+\.[a-z]{2}",
    re.I,
)
"""A link, a mention or a ping, as Slack or Discord would make one."""
