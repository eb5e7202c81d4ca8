"""The list of topics for every field of arXiv, with the phrases that announce each topic."""

from bot.domain.frozen import frozen

_COMPUTING = "cs stat eess math.OC math.ST"

# `Name = categories | fields`, then the phrases. A category or field includes everything that begins with it: astro-ph
# includes astro-ph.GA. If a topic has fields, its phrases count only in them: elsewhere they mean something else.
# The first fourteen topics are the tags of the page that this bot is modeled on; the others extend them to all arXiv.
_PAGE = """
Large Language Models
    large language model, LLM, language model, GPT, ChatGPT, LLaMA, Qwen, Gemma, in-context learning, prompting,
    chain of thought, instruction tuning, RLHF, supervised fine-tuning, SFT, next-token prediction, KV cache,
    tokenizer, retrieval-augmented generation, RAG, mixture of experts
NLP = cs.CL | computing
    natural language processing, NLP, machine translation, question answering, text classification, sentiment
    analysis, named entity recognition, summarization, corpus, corpora, linguistic, multilingual, low-resource
    language, dialogue, text generation, word embedding, parsing, tokenization
Computer Vision = cs.CV eess.IV | computing
    computer vision, image classification, object detection, semantic segmentation, segmentation, vision
    transformer, ViT, image, video, visual recognition, point cloud, depth estimation, pose estimation, optical
    flow, ImageNet, CIFAR-10, super-resolution, 3D reconstruction, gaussian splatting, remote sensing
Multimodal = cs.MM | computing
    multimodal, multi-modal, vision-language, vision language model, VLM, MLLM, cross-modal, image-text, text-image,
    CLIP, audio-visual, visual question answering, text-to-image, text-to-video
Generative Models | computing
    generative model, generative modeling, diffusion model, diffusion transformer, GAN, generative adversarial
    network, variational autoencoder, VAE, flow matching, normalizing flow, score-based, denoising diffusion, image
    generation, video generation, synthetic data, text-to-image, text-to-video, image synthesis, autoregressive
    generation
Reinforcement Learning | computing
    reinforcement learning, RL, policy gradient, policy optimization, reward, actor-critic, Q-learning, Markov
    decision process, MDP, offline RL, PPO, GRPO, DPO, bandit, world model, reward shaping, value function, Bellman
    equation, RLVR
Robotics = cs.RO | computing
    robot, robotic, manipulation, locomotion, legged, quadruped, humanoid, grasping, motion planning, SLAM,
    embodied, vision-language-action, VLA, autonomous driving, sim-to-real, teleoperation, UAV, drone,
    continuous control
Graph Learning | computing
    graph neural network, GNN, graph learning, graph representation, node classification, link prediction, knowledge
    graph, message passing, graph transformer, graph generation, heterogeneous graph, graph matching, hypergraph
    neural network, graph convolution
Time Series | computing
    time series, time-series, forecasting, forecast, temporal dynamics, spatio-temporal, spatiotemporal, recurrent
    neural network, RNN, sequence modeling, anomaly detection in time, state space model, Mamba
Federated Learning | computing
    federated learning, federated, decentralized learning, client drift, FedAvg, split learning
Efficient ML | computing
    quantization, pruning, knowledge distillation, model compression, low-rank adaptation, LoRA,
    parameter-efficient, inference efficiency, efficient inference, speculative decoding, KV cache, caching, sparse
    attention, linear attention, edge device, on-device, low-bit, 4-bit, latency, throughput, memory footprint,
    training efficiency, sample efficiency, lightweight, speedup, token reduction, token pruning
Optimization = math.OC cs.NE
    optimization, optimisation, optimizer, stochastic gradient descent, SGD, Adam, gradient descent, convex,
    nonconvex, hyperparameter, Bayesian optimization, evolutionary algorithm, convergence rate, linear programming,
    integer programming, loss landscape, Muon, dynamic program, combinatorial optimization, minimax problem
Theory = stat.TH | computing
    we prove, theorem, generalization bound, sample complexity, theoretical, theoretically, convergence guarantee,
    lower bound, upper bound, minimax, regret bound, PAC, provable, provably, identifiability, expressivity,
    expressive power, neural tangent kernel, universal approximation, asymptotic, closed-form, prove, proof
Interpretability | computing
    interpretability, interpretable, explainability, explainable, XAI, mechanistic interpretability, attribution,
    saliency, Shapley, sparse autoencoder, probing, explanation, circuit discovery, concept bottleneck
Agents = cs.MA | computing
    LLM agent, AI agent, autonomous agent, agentic, multi-agent, tool use, tool calling, web agent, GUI agent,
    coding agent, agent memory, language agent, computer-use agent
Safety & Alignment | computing
    AI safety, jailbreak, red teaming, prompt injection, safety alignment, guardrail, harmful, toxicity, preference
    optimization, hallucination, trustworthiness, refusal, deception, misalignment, AI alignment, value alignment,
    alignment training, misaligned
Society & Fairness = cs.CY physics.soc-ph cs.SI | cs physics.soc-ph econ
    fairness, bias mitigation, demographic, societal, discrimination, ethics, ethical, governance, AI policy, public
    policy, education, student, regulation, political, social network, social media, community detection,
    misinformation, influence maximization, opinion dynamics, online community, Twitter, network analysis
Robustness & Uncertainty | computing
    adversarial robustness, adversarial attack, out-of-distribution, OOD, distribution shift, uncertainty
    quantification, conformal prediction, domain generalization, uncertainty estimation, anomaly detection, label
    noise, model calibration, confidence calibration, calibrated uncertainty
Continual & Transfer Learning | computing
    continual learning, catastrophic forgetting, lifelong learning, transfer learning, domain adaptation,
    meta-learning, few-shot learning, multi-task learning, self-supervised learning, contrastive learning,
    class-incremental, machine unlearning, unlearning
Causality
    causal inference, causal discovery, causality, treatment effect, counterfactual, structural causal model,
    confounding, instrumental variable, causal reasoning, directed acyclic graph
Audio & Speech = cs.SD eess.AS | computing
    speech recognition, ASR, text-to-speech, TTS, speech, speaker, audio, music, sound event, voice
Search & Recommendation = cs.IR | cs
    recommender system, recommendation, information retrieval, retrieval, dense retrieval, reranking, click-through
    rate, collaborative filtering, search engine, query expansion, ranking model
AI for Science = physics.comp-ph cs.CE
    neural operator, physics-informed, PINN, surrogate model, scientific machine learning, machine-learned
    potential, interatomic potential, PDE solver, scientific discovery, AI for science, weather prediction, neural
    PDE, operator learning
Medicine & Health = physics.med-ph q-bio.TO
    medical, clinical, patient, disease, diagnosis, health, healthcare, radiology, MRI, CT scan, cancer, tumor, EEG,
    ECG, electronic health record, surgical, pathology, COVID-19, biomedical
Privacy & Security = cs.CR
    privacy, differential privacy, cryptography, cryptographic, encryption, malware, intrusion detection, backdoor,
    membership inference, secure, security, vulnerability, blockchain, watermark, authentication, threat model,
    zero-knowledge
Software Engineering = cs.SE
    software engineering, code generation, program repair, software testing, bug, pull request, code review,
    software development, repository-level, SWE-bench, requirements engineering, fuzzing, code completion
Programming Languages & Verification = cs.PL cs.LO cs.FL cs.SC
    programming language, compiler, type system, formal verification, model checking, theorem proving, proof
    assistant, Lean, SMT, temporal logic, program synthesis, automata, static analysis, satisfiability, semantics of
    programs, type theory
Systems & Hardware = cs.DC cs.AR cs.OS cs.PF cs.ET | cs eess
    distributed system, GPU, GPU kernel, FPGA, accelerator design, LLM serving, datacenter, cloud computing,
    operating system, high-performance computing, HPC, scheduler, hardware accelerator, in-memory computing,
    neuromorphic, serverless, chip design, RTL
Databases & Data = cs.DB cs.DL | cs stat
    database, SQL, text-to-SQL, query optimization, data lake, data management, tabular data, data cleaning,
    bibliometric, citation analysis, data integration
Networks & Communications = cs.NI cs.IT math.IT eess.SP
    wireless, 6G, 5G, MIMO, OFDM, beamforming, channel estimation, error-correcting code, channel capacity,
    information theory, coding theory, radar, integrated sensing and communication, internet of things, IoT, network
    traffic, reconfigurable intelligent surface, LDPC, polar code
Control Systems = eess.SY cs.SY
    optimal control, model predictive control, MPC, control theory, stabilization, Lyapunov, feedback control,
    control barrier function, power grid, power system, state estimation, Kalman filter, linear quadratic regulator,
    closed-loop
Human–Computer Interaction = cs.HC | cs
    human-computer interaction, HCI, user study, user interface, human-AI, virtual reality, augmented reality,
    accessibility, participants, usability, eye tracking, crowdsourcing, human-robot interaction
Computer Graphics = cs.GR cs.CG | cs
    computer graphics, rendering, ray tracing, mesh generation, NeRF, neural radiance field, gaussian splatting,
    texture synthesis, animation, computational geometry, geometry processing, mesh
Algorithms & Complexity = cs.DS cs.CC cs.DM
    approximation algorithm, computational complexity, NP-hard, polynomial time, data structure, online algorithm,
    streaming algorithm, complexity class, fixed-parameter, parameterized complexity, sublinear, randomized
    algorithm
Game Theory = cs.GT econ.TH | cs econ math
    game theory, Nash equilibrium, mechanism design, auction, social choice, voting, cooperative game, equilibrium
    strategies, incentive, fair division, matching market
Statistics = stat | stat math.ST econ.EM cs.LG
    statistical inference, hypothesis testing, Bayesian inference, Markov chain Monte Carlo, MCMC, regression model,
    nonparametric, high-dimensional statistics, confidence interval, survival analysis, Gaussian process,
    variational inference, clinical trial, mixture model
Probability = math.PR | math cond-mat stat
    random walk, Brownian motion, stochastic process, martingale, large deviation, central limit theorem,
    percolation, random matrix, stochastic differential equation, Markov chain, branching process
Scientific Computing = math.NA cs.NA cs.MS
    finite element, finite volume, numerical method, numerical scheme, discretization, preconditioner, Krylov,
    multigrid, numerical analysis, partial differential equation, PDE, quadrature, domain decomposition, time
    stepping
Algebra & Logic = math.AC math.RA math.GR math.RT math.CT math.KT math.QA math.LO math.HO math.GM | math hep-th cs.LO
    commutative ring, Lie algebra, representation theory, finite group, category theory, functor, cohomology, module
    category, Hopf algebra, homological, vertex algebra, quiver, set theory, model theory, computability, forcing,
    large cardinal, proof theory, ordinals, reverse mathematics
Algebraic Geometry & Number Theory = math.AG math.NT | math hep-th
    algebraic variety, moduli space, elliptic curve, modular form, L-function, scheme, prime number, Galois,
    Diophantine, zeta function, sheaf, birational, abelian variety, Calabi-Yau
Combinatorics = math.CO | math cs.DM
    graph theory, chromatic number, Ramsey, extremal graph, enumeration, matroid, permutation, random graph,
    hypergraph, generating function
Geometry & Topology = math.DG math.GT math.AT math.SG math.MG math.GN | math gr-qc hep-th
    Riemannian manifold, topology, homotopy, symplectic, knot, curvature flow, Ricci, hyperbolic geometry,
    3-manifold, contact structure, persistent homology, Kähler
Analysis & Dynamics = math.AP math.CA math.CV math.FA math.DS math.OA math.SP nlin math-ph | math nlin physics math-ph
    dynamical system, ergodic, chaos, bifurcation, harmonic analysis, Sobolev, Hilbert space, Banach, operator
    algebra, well-posedness, soliton, Schrödinger equation, Navier-Stokes equations, attractor, integrable system,
    Bethe ansatz, Yang-Baxter, spectral theory, integrable model
Quantum Computing
    quantum computing, quantum computer, qubit, quantum circuit, quantum algorithm, quantum error correction,
    variational quantum, quantum machine learning, quantum advantage, fault-tolerant, quantum annealing, surface
    code, quantum hardware
Quantum Physics = quant-ph
    quantum entanglement, entanglement, quantum state, quantum information, decoherence, quantum measurement, Bell
    inequality, open quantum system, quantum thermodynamics, quantum optics, quantum metrology, quantum key
    distribution
Condensed Matter & Materials = cond-mat cond-mat.mtrl-sci | cond-mat physics cs quant-ph
    superconductor, superconductivity, topological insulator, spin liquid, magnetism, Hubbard model, graphene,
    moiré, quantum Hall, ferromagnetic, antiferromagnetic, charge density wave, ultracold atoms, Bose-Einstein
    condensate, heterostructure, materials science, materials discovery, crystal structure, density functional
    theory, DFT, alloy, perovskite, thin film, semiconductor, metal-organic framework, battery, crystal
Soft Matter & Statistical Physics = cond-mat.soft cond-mat.stat-mech cond-mat.dis-nn
    statistical mechanics, phase transition, Ising, spin glass, polymer, colloid, active matter, glass transition,
    stochastic thermodynamics, critical exponent, nonequilibrium, liquid crystal, granular
Particle & Nuclear Physics = hep-ex hep-ph hep-lat nucl | hep nucl physics astro-ph cs.LG
    Large Hadron Collider, LHC, Standard Model, Higgs, neutrino, dark matter candidate, collider, QCD, lattice QCD,
    beyond the Standard Model, quark, parton distribution, jet tagging, flavor physics, axion, new physics, nuclear
    structure, heavy-ion collision, quark-gluon plasma, nucleon, nuclear matter, neutron-rich, fission, nuclear
    reaction, shell model, isotope
Fields & Strings = hep-th | hep math-ph gr-qc cond-mat math
    quantum field theory, string theory, conformal field theory, CFT, AdS/CFT, holography, holographic,
    supersymmetry, gauge theory, scattering amplitude, supergravity, renormalization group, D-brane, swampland
Gravity = gr-qc | gr-qc hep astro-ph math
    general relativity, black hole, gravitational wave, LIGO, modified gravity, spacetime, quantum gravity,
    wormhole, event horizon, quasinormal mode, Einstein equations
Cosmology & Galaxies = astro-ph.CO astro-ph.GA | astro-ph gr-qc hep
    cosmology, cosmological, dark energy, galaxy, galaxies, cosmic microwave background, CMB, inflation, large-scale
    structure, Hubble constant, weak lensing, redshift, Milky Way, baryon acoustic oscillation, DESI, JWST
Stars & Planets = astro-ph.SR astro-ph.EP astro-ph.HE | astro-ph gr-qc physics
    exoplanet, stellar, protoplanetary, supernova, neutron star, pulsar, gamma-ray burst, asteroid, solar wind,
    solar flare, cosmic ray, active galactic nucleus, X-ray binary, fast radio burst, white dwarf
Instruments & Detectors = astro-ph.IM physics.ins-det physics.acc-ph | astro-ph hep physics nucl
    telescope, spectrograph, detector, calorimeter, scintillator, silicon sensor, trigger system, beamline, adaptive
    optics, particle accelerator, observatory, survey pipeline
Optics & Photonics = physics.optics
    photonic, laser, optical fiber, metasurface, waveguide, nonlinear optics, ultrafast, microcavity, frequency
    comb, plasmonic, holographic display, optical computing
Atoms & Molecules = physics.atom-ph physics.chem-ph physics.atm-clus
    quantum chemistry, molecular dynamics, chemical reaction, catalysis, catalyst, spectroscopy, atomic clock,
    Rydberg, electronic structure, retrosynthesis, coupled cluster, molecule, molecular
Fluids & Plasmas = physics.flu-dyn physics.plasm-ph | physics math astro-ph cs nlin
    turbulence, turbulent, Reynolds number, fluid dynamics, computational fluid dynamics, boundary layer, plasma,
    tokamak, fusion energy, magnetohydrodynamic, droplet, vortex, aerodynamic
Earth & Climate = physics.ao-ph physics.geo-ph
    climate, climate change, weather, precipitation, ocean, atmosphere, earthquake, seismic, earth observation,
    wildfire, flood, hydrology, satellite imagery, sea surface
Neuroscience = q-bio.NC
    neuroscience, neural population, cortex, cortical, brain, fMRI, spiking neural network, spiking, neuronal,
    cognitive science, connectome, brain-computer interface
Biology = q-bio physics.bio-ph
    protein, protein structure, genome, genomic, gene expression, single-cell, DNA, RNA, drug discovery, molecular
    design, ligand, cell biology, evolutionary biology, ecology, species, epidemiology, epidemic, microbiome,
    biological
Economics & Finance = econ q-fin
    economics, economic growth, labor market, monetary policy, econometric, inequality, consumer, welfare, trade
    policy, macroeconomic, finance, financial, stock market, stock price, portfolio, option pricing, asset pricing,
    trading strategy, credit risk, cryptocurrency, hedging, market volatility
"""


@frozen
class Topic:
    """Topic: its name for readers, the categories about it, the fields it needs, and the phrases that announce it."""

    name: str
    categories: tuple[str, ...]
    fields: tuple[str, ...]
    phrases: tuple[str, ...]


def _read(page: str) -> tuple[Topic, ...]:
    entries: list[tuple[str, list[str]]] = []
    for line in page.strip().splitlines():
        if line.startswith(" "):
            entries[-1][1].append(line.strip())
        else:
            entries.append((line, []))
    return tuple(_topic(head, " ".join(lines)) for head, lines in entries)


def _topic(head: str, phrases: str) -> Topic:
    named, _, fields = head.partition(" | ")
    name, _, categories = named.partition(" = ")
    within = _COMPUTING if fields == "computing" else fields
    return Topic(name, tuple(categories.split()), tuple(within.split()), tuple(phrases.split(", ")))


TAXONOMY = _read(_PAGE)
"""Every topic, in the order of the list."""
