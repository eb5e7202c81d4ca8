"""The fourth table: sixty more, written after all mends, without looking at the router or at what it got wrong."""

from support.sentences.heard_first import rows

SIXTY = """
yo whats new on arxiv => /digest
any cool papers this morning? => /digest
show me todays list => /digest
did i miss anything yesterday => /digest yesterday
what were the big papers this week => /trending week | /digest week
what is everyone reading => /trending | search
papers about test time compute since august please => search: test time compute from:august
find papers by Noam Shazeer about attention => search: attention author:"Noam Shazeer"
everything by Noam Shazeer => /author Noam Shazeer
who's Noam Shazeer? => /author Noam Shazeer
new LLM agent papers today? => search: LLM agent from:4d
cs.CV papers yesterday => search: cat:cs.CV from:4d
graph neural networks between 2020 and 2022 => search: graph neural networks from:2020 to:2022
is there anything on rag in the last month => search: rag from:1m
do we know who invented dropout => search
how does rope work => search: rope work | search
looking for a survey on prompt injection => search: survey on prompt injection | search
2305.18290 => /paper 2305.18290
what's https://arxiv.org/abs/2305.18290 about? => /readmore 2305.18290
tldr 2305.18290 pls 🙏 => /readmore 2305.18290
2305.18290 authors? => /authors 2305.18290
give me bibtex for 2305.18290 => /bibtex 2305.18290
related work for 2305.18290 => /similar 2305.18290
bookmark 2305.18290 => !/save 2305.18290
would you save 2305.18290 please? => /save 2305.18290
never save 2305.18290 => talk
love 2305.18290! => /more 2305.18290 | /paper 2305.18290
arxiv.org/abs/2613.12345 => /paper arxiv.org/abs/2613.12345 | /paper 2613.12345
https://www.youtube.com/watch?v=dQw4w9WgXcQ => talk
follow Noam Shazeer pretty please => !/follow Noam Shazeer | /follow Noam Shazeer
hi can you please follow noam shazeer for us => /follow noam shazeer
i want cs.CR => /follow cs.CR
unfollow Noam Shazeer. => !/unfollow Noam Shazeer
dont follow noam shazeer anymore => talk | /unfollow noam shazeer
what am i following => /following
list follows => /following
mute quantum computing => !/mute quantum computing
stop showing me quantum computing => /mute quantum computing
not interested in crypto => /mute crypto
8am est please => /digest on 8am America/New_York
digest at 7:30 london time => /digest on 7:30 London
change digest time to noon => /digest on noon
make it 10am => /digest on 10am
only on mondays => /digest on days=mon
weekdays only => /digest on days=mon-fri
this is way too many => /digest on top=5
max 5 papers => /digest on top=5
a weekly summary would be better => /digest on recap=fri | /digest on days=mon | /digest week
please shut up => /digest off
stop the digest => /digest off
cancel subscription => /digest off
turn on daily papers => /digest on
don't stop the digest => talk
lock settings => /digest lock
send it to my email bob@uni.edu => /digest email bob@uni.edu
ty! => talk
great work bot 💪 => talk
oh never mind => talk
is the bot down? => talk | help | /status
help pls => help
"""

TABLE = rows(SIXTY)
