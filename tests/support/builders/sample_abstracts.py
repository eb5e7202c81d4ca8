"""Sample abstracts, two of them adapted from arXiv (CC0): one for each kind that summarizers must handle."""

from bot.domain.paper import Paper


def paper(abstract: str, title: str = "A paper", paper_id: str = "2605.00001", categories: str = "cs.LG") -> Paper:
    """Return a paper in which only these fields matter."""
    return Paper(paper_id, title, abstract, ("Ada Lovelace",), tuple(categories.split()))


FEDERATED = paper(
    "Federated learning with heterogeneous clients remains a significant challenge for deep learning, primarily due to"
    " client drift arising from inconsistent local updates. Existing federated optimization methods typically address"
    " this issue through objective-level regularization or update-correction mechanisms. Recent studies, however,"
    " suggest that Transformer-based architectures may be inherently more robust than conventional models under"
    " heterogeneous federated training. Motivated by this observation, we investigate how different parameter"
    " components within the attention mechanism influence federated optimization. Specifically, we decompose the"
    " attention module into a query/key block, which determines the attention kernel, and a value block, which performs"
    " semantic transformation under the induced kernel. Based on this perspective, we propose FedFrozen, a two-stage"
    " federated optimization framework that first performs full-model warm-up training and then freezes the query/key"
    " block while continuing to optimize the value block. Simulations validate the predicted bias-drift behavior, and"
    " real-data experiments demonstrate that FedFrozen improves both the stability and effectiveness of Transformer"
    " models by 12.5% over 3 baselines.",
    "FedFrozen: Two-Stage Federated Optimization via Attention Kernel Freezing",
    "2605.06446",
)

MATHEMATICS = paper(
    "We prove that every finite group of odd order acting freely on a product of spheres admits a fixed-point-free"
    " lift. The proof is elementary. As a corollary we classify all such actions in dimension three.",
    "Free actions of groups of odd order",
    "2605.00002",
    "math.GR math.AT",
)

DRUGS = paper(
    "Drug discovery seeks molecules (ligands) that bind strongly and selectively to a target protein. However, fewer"
    " than 5% of candidate ligands pass the bar for even the early stages of drug discovery. Our proposed algorithm,"
    " named SPADE, introduces a novel approach to ligand selection that requires only 40 tests on average to find 10"
    " high-quality ligands. In one-vs-one comparisons, SPADE outperforms deep learning and Bayesian optimization"
    " methods on more proteins, achieving median improvements of 7%-32% in sample efficiency. These results suggest"
    " that early screening could become much cheaper. Dataset and code is available at https://anonymous.4open.science/r/SPADE.",
    "SPADE: Faster Drug Discovery by Learning from Sparse Data",
    "2605.05370",
    "cs.LG cs.AI",
)

STRUCTURED = paper(
    "Background: Sleep is often poor. Objective: To see whether light helps. Methods: Forty adults wore sensors. Each"
    " slept in two rooms. Results: Sleep grew by 20 minutes. Conclusions: Light may help adults sleep.",
    "Light and sleep",
    "2605.00003",
    "q-bio.NC",
)

TERSE = paper("We give a short proof of a theorem of Fermat.", "On a theorem", "2605.00004", "math.NT")

ALL = (FEDERATED, MATHEMATICS, DRUGS, STRUCTURED, TERSE)
