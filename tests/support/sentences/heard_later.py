"""Sixty sentences written after the router, without looking at it; the notation is that of `heard_first`."""

from support.sentences.heard_first import rows

SIXTY = """
hey paperlark whats cooking => /digest | talk | help
pls add Fei-Fei Li => /follow Fei-Fei Li
anything from DeepMind folks on alphafold since last month? => search
show cs.RO stuff from this week => search: cat:cs.RO from:"this week"
papers from yesterday about rlhf => search: rlhf from:4d
2401.12345 thoughts? => /paper 2401.12345
can you get me the bibtex for https://arxiv.org/abs/2401.12345v2 => /bibtex 2401.12345
put 2401.12345 on the reading list => !/save 2401.12345
actually dont save that => talk
remove 2401.12345 from my list => /unfollow 2401.12345 | /unsave 2401.12345 | /saved
what's on my reading list? => /saved
who is Chelsea Finn => /author Chelsea Finn
latest by Chelsea Finn => /author Chelsea Finn
papers by kaiming he before 2018 => search: author:"kaiming he" to:2017-12-31
i'd like to follow Chelsea Finn => /follow Chelsea Finn
we should really follow stat.ML imo => /follow stat.ML | talk | search
stop following Chelsea Finn please => /unfollow Chelsea Finn
mute anything with "survey" in it => /mute "survey" | /mute survey | !/mute "survey"
no more survey papers thx => /mute survey
ugh so many papers today => /digest on top=5
limit it to 3 per day => /digest on top=3
can we do 8:30 am pacific? => /digest on 8:30am America/Los_Angeles
move the digest to 6pm => /digest on 6pm
post every tuesday and friday at 10 => /digest on 10 days=tue,fri
7h du matin => /digest on 7h
mondays only pls => /digest on days=mon
switch to a weekly digest => /digest on recap=fri | /digest on days=mon
turn this thing off => /digest off
stop posting in here => /digest off
quit spamming => /digest off
ok you can start again => /digest on
don't post on saturdays => /digest on days=mon-fri | talk
please never mute Chelsea Finn => talk
is it possible to mute an author? => /help mute | search
how do i change the posting time? => /paperlark setup | /help digest
how can I search by author => /help papers | help | search
do you read full papers or only abstracts? => help | talk | search
what's the weather like => search | talk
thank you paperlark! => talk
haha good one => talk
k => talk
damn that's a lot of stuff => /digest on top=5
sorry ignore that => talk
hmm => help | talk
u there? => talk | help
gm => help | talk
What Can You Do??? => help
show me everything about kv caching with code => search: kv caching has:code
neural scaling laws 2024 => search
retrieval augmented generation papers since march => search: retrieval augmented generation from:march
any new work on diffusion policies this month => search: diffusion policies from:"this month"
trending in cs.LG => /trending | search
most liked papers of the month => /trending month
what did we get on friday => /digest | search
send me yesterday's digest again => /digest yesterday
cs.CL, cs.LG and Yejin Choi => /follow cs.CL, cs.LG, Yejin Choi | /follow cs.CL, cs.LG and Yejin Choi
the bot is broken again lol, bob can you fix it => talk | search
@alice did you follow up with the authors? => talk | search | /ask this @alice did you follow up with the authors?
my email is kim@example.com => /digest email kim@example.com
only admins should be able to change this => /digest lock
"""

TABLE = rows(SIXTY)
