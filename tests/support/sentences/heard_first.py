"""The first table, written before the router was: a sentence, and what its writer expects.

`/…` is a command that runs or is one press away; with `!` it may run at once although it changes something. `search: x`
is a search for exactly x, `search` any search, `talk` a short sentence, `help` the help. `|` separates alternatives.
"""

PAPERS = """
1706.03762 => /paper 1706.03762
arXiv:1706.03762v7 => /paper 1706.03762
https://arxiv.org/abs/1706.03762 => /paper 1706.03762
<https://arxiv.org/pdf/1706.03762.pdf> => /paper 1706.03762
yo check this out https://huggingface.co/papers/1706.03762 🔥 => /paper 1706.03762
1706.03762 bibtex pls => /bibtex 1706.03762
bibtex 1706.03762 => /bibtex 1706.03762
cite 1706.03762 please => /bibtex 1706.03762
https://arxiv.org/abs/1706.03762 tldr => /readmore 1706.03762
tl;dr of 1706.03762? => /readmore 1706.03762
can you summarize https://arxiv.org/abs/1706.03762 for me => /readmore 1706.03762
explain 1706.03762 like im five => /readmore 1706.03762
who wrote 1706.03762? => /authors 1706.03762
1706.03762 who are the authors => /authors 1706.03762
anything similar to 1706.03762 => /similar 1706.03762
more papers like 1706.03762 => /similar 1706.03762 | /more 1706.03762
save 1706.03762 => !/save 1706.03762
1706.03762 save => !/save 1706.03762
pls save https://arxiv.org/abs/1706.03762 thx => !/save 1706.03762
add 1706.03762 to my list => !/save 1706.03762
can u save 1706.03762 for later => /save 1706.03762
dont save 1706.03762 => talk
should i save 1706.03762? => /save 1706.03762 | /paper 1706.03762
1706.03762 and 2605.05971 => /paper 1706.03762 2605.05971
arxiv.org/abs/9999.99999 => /paper arxiv.org/abs/9999.99999
9999.99999 => /paper 9999.99999
https://example.com/cool-blog-post => talk
mute 1706.03762 => /mute 1706.03762
not interested in 1706.03762 => /less 1706.03762
1706.03762 is garbage lol => /paper 1706.03762 | /less 1706.03762
what dataset does 1706.03762 use? => /ask 1706.03762 what dataset does 1706.03762 use? | /paper 1706.03762
save it => !/save this
save this one for later pls => !/save this
lol nice paper => talk | search
"""

NEWS = """
what's new => /digest
whats new today?? => /digest
anything new today? => /digest
what did I miss => /digest
what did i miss this week => /digest week
what'd i miss yesterday => /digest yesterday
show me yesterday's => /digest yesterday
yesterdays papers pls => /digest yesterday
todays digest => /digest
show me the digest => /digest
gimme todays papers => /digest
any good papers today => /digest
what's hot => /trending
trending => /trending
whats trending this month => /trending month
most popular papers this week => /trending week
recap => /digest week
weekly summary please => /digest week | /digest on recap=fri
morning! anything interesting? => /digest
got anything for me => /digest
"""

SEARCHES = """
what's new in LLM agents today => search: LLM agents from:4d
whats new in diffusion models => search: diffusion models from:7d
papers by Albert Gu since July => search: author:"Albert Gu" from:july
papers on state space models since July => search: state space models from:july
papers on rlhf from last month => search: rlhf from:"last month" to:"last month"
anything by albert gu? => /author albert gu
anything by Yann LeCun this year => search: author:"Yann LeCun" from:"this year"
papers by Percy Liang on evaluation => search: evaluation author:"Percy Liang"
new cs.CL papers on tokenization => search: tokenization cat:cs.CL
papers in cs.LG about grokking since 2024 => search: grokking cat:cs.LG from:2024
find me stuff about protein folding => search: protein folding
looking for papers about speculative decoding => search: speculative decoding
anything on mechanistic interpretability? => search: mechanistic interpretability
search flash attention => search: flash attention
got any papers on robot learning with code => search: robot learning has:code
diffusion papers without video => search: diffusion -video
recent work on kv cache compression => search: kv cache compression
transformers between 2017 and 2019 => search: transformers from:2017 to:2019
papers before 2015 on word embeddings => search: word embeddings to:2014-12-31 | search: word embeddings to:2015
papers on agents last week => search: agents from:"last week" to:"last week"
stuff about llm agents in the last 3 days => search: llm agents from:3d
who works on mixture of experts? => search: mixture of experts
whats the best paper on distillation => search: distillation
quantum error correction => search: quantum error correction
sparse autoencoders?? => search: sparse autoencoders
is there a paper about cats on arxiv => search: cats
zeig mir paper über sprachmodelle => search
论文 大语言模型 => search
papers on "in context learning" by Tom Brown => search: "in context learning" author:"Tom Brown"
what is attention? => search: attention
"""

FOLLOWS = """
follow cs.LG => !/follow cs.LG
follow cs.LG please 🙏 => !/follow cs.LG
pls follow Albert Gu => !/follow Albert Gu
hey bot follow diffusion models => !/follow diffusion models
add jane doe => /follow jane doe
add cs.CL => /follow cs.CL
add Yann LeCun to the list => /follow Yann LeCun
can you follow cs.LG? => /follow cs.LG
could we get cs.RO papers here => /follow cs.RO | search: cat:cs.RO
I'm interested in causal inference => /follow causal inference
we work on robotics => /follow robotics | search: robotics
keep an eye on Sara Hooker => !/follow Sara Hooker
notify me about llm safety => !/follow llm safety
subscribe to stat.ML => !/follow stat.ML
cs.LG => /follow cs.LG
cs.LG + stat.ML please, at 8 => /digest on 8 cs.LG stat.ML
cs.CL and cs.LG => /follow cs.CL, cs.LG | /digest on cs.CL cs.LG
who do we follow => /following
what are we following rn => /following
who am i following? => /following
do we follow jane doe? => /following
unfollow cs.LG => !/unfollow cs.LG
stop following cs.LG => /unfollow cs.LG
remove albert gu => /unfollow albert gu
no more cs.CV => /unfollow cs.CV | /mute cs.CV
get rid of cs.CV pls => /unfollow cs.CV
don't follow cs.LG => talk | /unfollow cs.LG
do not unfollow cs.LG => talk
never follow cs.LG again => talk | /unfollow cs.LG
bob said we should follow cs.LG => talk | /follow cs.LG | search
"follow cs.LG" is what I typed yesterday => talk | search | help
follow up on what we discussed => talk | search
i didnt mean to follow cs.LG => talk | /unfollow cs.LG | /following
should we follow cs.LG or cs.CL? => talk | /follow cs.LG | search
how do i follow someone => /help follow
what does mute do? => /help mute
mute surveys => !/mute surveys
less surveys please => /mute surveys
no surveys => /mute surveys
hide anything about quantum => /mute quantum
i don't want to see crypto papers => /mute crypto
unmute surveys => !/unmute surveys
follow cs.LG and save 1706.03762 => /follow cs.LG
"""

DIGESTS = """
digest at 9 est => /digest on 9 America/New_York
post at 8 => /digest on 8
9am please => /digest on 9am
9:30 berlin time => /digest on 9:30 Berlin
send it at 7pm => /digest on 7pm
can you post at noon instead => /digest on noon
digest at 9h30 => /digest on 9h30
à 9 heures => /digest on 9 heures
um 9 uhr bitte => /digest on 9 uhr
9,30 => /digest on 9,30
8am UTC+8 => /digest on 8am UTC+8
8 UTC 8 => /digest on 8 UTC 8
every monday => /digest on days=mon
mondays and thursdays only => /digest on days=mon,thu
weekdays at 8:15 => /digest on 8:15 days=mon-fri
weekly please => /digest on recap=fri | /digest on days=mon
once a week is enough => /digest on recap=fri | /digest on days=mon
daily => /digest | /digest on days=mon-fri
not on weekends => /digest on days=mon-fri
too many papers => /digest on top=5
fewer => /digest on top=5
way too much stuff => /digest on top=5
only 5 papers a day => /digest on top=5
top 3 => /digest on top=3
more papers please => /digest on top=20
stop => /digest off
STOP. => /digest off
stop sending me stuff => /digest off
please stop spamming this channel => /digest off
unsubscribe => /digest off
make it stop => /digest off
turn it off => /digest off
pause => /digest off
pause this until Monday => /digest off
i'm on vacation next week => /digest off | talk
start again => /digest on
resume => /digest on
turn the digest back on => /digest on
don't stop => talk
please don't turn off the digest => talk
don't post at 9 => talk
lock it => /digest lock
lock this channel => /digest lock
unlock => /digest unlock
settings => /paperlark setup
change the time => /paperlark setup
set the timezone to Berlin => /digest on Berlin
what time is the digest? => /following | help
when is the next digest => /following | help
why is there no digest today => help | /digest | /status | /following
email me at jane@example.org => /digest email jane@example.org
jane@example.org => /digest email jane@example.org
send summaries in german => /digest on lang=de
post it now => /digest now
"""

TALK = """
hi => help
hello there 👋 => help
good morning! => help
thanks! => talk
thx a lot 🙏 => talk
tysm => talk
good bot => talk
bad bot => talk
you suck => talk
wtf => talk
fuck off => talk
love it ❤️ => talk | /more this
lol => talk
ok => talk
no => talk
yes please => talk
never mind => talk
nvm => talk
forget it => talk
undo => talk
oops wrong channel => talk
how are you? => talk | help
are you a robot => talk
who made you => talk | help
is this thing on => help | talk
are you there? => help | talk
ping => help | talk
test => help
status => /status
help => help
what can you do => help
help me i'm lost => help
commands => /paperlark commands
reading list => /saved
show my saved papers => /saved
what did we save => /saved
export bibtex => /saved bibtex
bye => talk
sorry => talk
🙂 => help | talk
??? => help
i asked bob yesterday and he had no idea => talk | search
let's meet at 9 => talk | search | /digest on 9
can someone delete the old messages => talk | search
"""

Row = tuple[str, tuple[str, ...]]


def rows(*parts: str) -> tuple[Row, ...]:
    """Return each sentence with the answers that are expected."""
    lines = (line.rpartition("=>") for part in parts for line in part.strip().splitlines())
    return tuple((text.strip(), tuple(expected.strip().split(" | "))) for text, _, expected in lines)


TABLE = rows(PAPERS, NEWS, SEARCHES, FOLLOWS, DIGESTS, TALK)
