"""The fifth table, written in the same way after the mends that the fourth asked for."""

from support.sentences.heard_first import rows

SIXTY = """
heya, whats fresh today => /digest
got any interesting papers for us today? => /digest
let me see yesterdays digest => /digest yesterday
catch me up => /digest
what's trending right now? => /trending
popular papers last month => /trending month
recap of the week pls => /digest week
papers on causal discovery since may 2025 => search: causal discovery from:"may 2025"
what's new in speech recognition this week? => search: speech recognition from:"this week"
articles by Yoshua Bengio on consciousness => search: consciousness author:"Yoshua Bengio"
papers by yann lecun => /author yann lecun
anything new from Yann LeCun? => /author Yann LeCun
show me Yann LeCun's page => /author Yann LeCun | /author Yann LeCun's
math.OC papers about convex optimization => search: convex optimization cat:math.OC
i need some good papers about federated learning => search: federated learning
find survey papers on time series forecasting => search: survey papers on time series forecasting | search
LoRA? => search: LoRA
does anyone know a good paper on tokenizers? => search: tokenizers | search
sth about neural operators plz => search
1512.03385 => /paper 1512.03385
look at this https://arxiv.org/abs/1512.03385 wow => /paper 1512.03385
key points of 1512.03385 => /readmore 1512.03385
could you explain 1512.03385 to me? => /readmore 1512.03385
citation for https://arxiv.org/abs/1512.03385 => /bibtex 1512.03385
similar papers to 1512.03385 please => /similar 1512.03385
pls bookmark https://arxiv.org/abs/1512.03385 => !/save 1512.03385
add https://arxiv.org/abs/1512.03385 to the reading list => !/save 1512.03385
you shouldn't save 1512.03385 => talk
less like 1512.03385 => !/less 1512.03385
arXiv:2199.1 => /paper arXiv:2199.1 | search
follow Yoshua Bengio, cs.AI => !/follow Yoshua Bengio, cs.AI
can i follow Yoshua Bengio => /follow Yoshua Bengio
we're interested in reinforcement learning => /follow reinforcement learning
track "world models" => !/follow "world models"
who do i follow => /following
do not follow Yoshua Bengio => talk | /unfollow Yoshua Bengio
unsubscribe from cs.AI => /unfollow cs.AI
remove Yoshua Bengio from the list => /unfollow Yoshua Bengio
no more papers about blockchain please => /mute blockchain
i'm tired of blockchain papers => /mute blockchain
block Satoshi Nakamoto => /mute Satoshi Nakamoto
9am in Paris => /digest on 9am Paris
post the digest at 18:00 UTC+2 => /digest on 18:00 UTC+2
at 7 pst => /digest on 7 America/Los_Angeles
could we get it at 8 instead of 9? => /digest on 8
wednesdays at noon => /digest on noon days=wed
fewer papers please => /digest on top=5
10 papers per day max => /digest on top=10
once per week please => /digest on recap=fri | /digest on days=mon
stop it => /digest off
unsubscribe me => /digest off
turn the digest off please => /digest off
start the digest => /digest on
please don't unsubscribe me => talk
unlock this channel => /digest unlock
how do i get it by email? => /digest email | help | /help digest
thanks so much! => talk
you're awesome => talk
no worries => talk
hello? anyone home? => talk | help
"""

TABLE = rows(SIXTY)
