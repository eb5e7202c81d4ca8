"""Sixty more, written after the mends that `heard_later` asked for, again without looking at the router."""

from support.sentences.heard_first import rows

SIXTY = """
sup bot, any hot papers? => /trending | /digest
whats the news => /digest
did anything interesting come out last night => /digest
gimme the top papers of the week => /trending week | /digest week
papers about world models from the last two weeks => search: world models from:2w
new stuff by Sergey Levine => /author Sergey Levine | search: author:"Sergey Levine"
has Ilya Sutskever published anything recently? => /author Ilya Sutskever | search
what has Percy Liang been up to => /author Percy Liang | search
do you have anything on watermarking llms => search: watermarking llms
need papers on tabular learning asap => search: tabular learning
I'm looking for the original transformer paper => search
mamba => search: mamba
vision language action models, since september => search: vision language action models from:september
cs.AI papers with code this month => search: cat:cs.AI from:"this month" has:code
compare mamba and transformers => search
https://arxiv.org/pdf/2405.21060v1 pls summarise => /readmore 2405.21060
2405.21060?? => /paper 2405.21060
bib for 2405.21060 and 2312.00752 => /bibtex 2405.21060 2312.00752
more stuff like 2312.00752 please => /similar 2312.00752
anyone here read 2312.00752 yet? worth it? => /paper 2312.00752
i hate 2312.00752 => /less 2312.00752 | /paper 2312.00752
can someone save 2312.00752 to the list => /save 2312.00752
i already saved 2312.00752 => /paper 2312.00752 | talk | /save 2312.00752
drop Sergey Levine => /unfollow Sergey Levine
we don't need cs.CV any more => /unfollow cs.CV | /mute cs.CV
please add cs.MA and cs.GT => /follow cs.MA, cs.GT | /follow cs.MA and cs.GT
start following Sergey Levine => !/follow Sergey Levine
Follow: Sergey Levine => !/follow Sergey Levine
follow Sergey Levine, Chelsea Finn and cs.RO => !/follow Sergey Levine, Chelsea Finn and cs.RO
is anybody following Sergey Levine here => /following
why do we get so much physics => /mute physics | /following | search | /digest on top=5
get rid of the math stuff => /unfollow math | /mute math
no thanks => talk
post it at 8 o'clock sharp => /digest on 8
8 in the morning, tokyo => /digest on 8 Tokyo
every weekday, 7:45 => /digest on 7:45 days=mon-fri
half past nine please => /digest on half past nine
could you send the papers later, like 11? => /digest on 11
tuesdays + thursdays => /digest on days=tue,thu
20 papers max => /digest on top=20
one digest per week would be plenty => /digest on recap=fri | /digest on days=mon
why are you posting so much => /digest on top=5 | /digest off
leave us alone => /digest off
i want out => /digest off
hold off until the deadline is over => /digest off
we're back, please resume => /digest on
don't ever post here again => /digest off | talk
do not change anything => talk
nobody wants to unfollow cs.LG => talk | search
who set this up? => help | /status | talk | /following
how many papers do you send => /following | /digest on top=5 | help
does it cost money? => search | help | talk
what's your source code => search | talk | help
lmk when Sergey Levine posts something => /follow Sergey Levine
omg thank youuu => talk
brb => talk | search
true => talk
👍 => /more this | !/more this | talk
:tada: => help | talk
@everyone lunch? => talk | search
"""

TABLE = rows(SIXTY)
