"""Topics whose papers can be told by other words: a phrase to follow, and the words that papers on it say instead."""

from collections.abc import Iterator

# `phrase = other words`. Whoever says one of them is held to be about the topic: wide enough that a paper which says
# none is hardly about it, and so wide that recall means little.
_CHOSEN_ON = """
state space models = Mamba, S4, SSM, selective scan, state-space, linear recurrent, linear attention
reinforcement learning from human feedback = RLHF, preference optimization, DPO, reward model, reward modeling,
    human preference, preference alignment, preference data, preference learning
retrieval-augmented generation = RAG, retrieval-augmented, retriever, GraphRAG, retrieval pipeline
mixture of experts = MoE, expert routing, mixture-of-experts, sparse expert, expert pruning, router
diffusion models = denoising diffusion, score-based, flow matching, DDPM, diffusion transformer, DiT, stable
    diffusion, text-to-image, diffusion, denoising
graph neural networks = GNN, message passing, graph convolution, graph transformer, GCN, graph learning, graph
    representation, node classification, graph attention
speculative decoding = draft model, draft token, speculative, speculative sampling
KV cache compression = KV cache, key-value cache, cache eviction, KV
post-training quantization = PTQ, low-bit, 4-bit, INT4, W4A4, quantization, quantized, NVFP4, FP4
knowledge distillation = distill, teacher model, student model, distillation, distilled, teacher-student
federated learning = federated, FedAvg, client drift
jailbreak attacks = jailbreak, jailbreaking, red teaming, red-teaming, adversarial prompt, harmful prompt, prompt
    injection, safety alignment, harmful request, refusal
hallucination detection = hallucination, hallucinated, hallucinate, factuality, faithfulness
machine unlearning = unlearn, unlearning, forget set, right to be forgotten
continual learning = catastrophic forgetting, lifelong learning, incremental learning, class-incremental, continual,
    forgetting
mechanistic interpretability = sparse autoencoder, SAE, circuit, activation patching, superposition, steering
    vector, linear probe, interpretability, attribution graph, residual stream, probing
vision-language-action models = VLA, vision-language-action, robot policy, robot manipulation, robotic manipulation,
    robot foundation, manipulation policy, embodied
3D Gaussian splatting = 3DGS, gaussian splat, gaussian splatting, radiance field, NeRF, novel view synthesis, 3D
    gaussian, novel-view
text-to-speech = TTS, speech synthesis, voice cloning, speech generation, text to speech, voice conversion
automatic speech recognition = ASR, Whisper, word error rate, WER, speech recognition, transcription
machine translation = NMT, translation quality, translate, translation, translator
code generation = program synthesis, coding agent, SWE-bench, HumanEval, code LLM, generated code, code, coding
autonomous driving = self-driving, nuScenes, driving scene, autonomous vehicle, driving, ADAS, automated vehicle,
    motorist
legged locomotion = quadruped, humanoid, bipedal, legged, locomotion, biped, walking, gait
medical image segmentation = nnU-Net, tumor segmentation, lesion segmentation, organ segmentation, MRI segmentation,
    segmentation, segment
remote sensing = satellite imagery, earth observation, hyperspectral, Sentinel-2, aerial image, satellite image,
    satellite, aerial
recommender systems = recommendation, collaborative filtering, click-through, CTR, recommender, recommend
time series forecasting = forecasting, forecast, time-series, time series
treatment effect estimation = treatment effect, causal inference, potential outcome, confounding, propensity, CATE,
    causal effect, instrumental variable, average treatment, heterogeneous effect
causal discovery = causal graph, causal structure, structural causal model, DAG, causal
differential privacy = DP-SGD, privacy budget, differentially private, privacy
Bayesian optimization = Gaussian process, acquisition function, black-box optimization, expected improvement,
    surrogate
physics-informed neural networks = PINN, physics-informed, neural operator, PDE, FNO, DeepONet, operator learning,
    differential equation
weather forecasting = weather prediction, ERA5, precipitation, weather model, numerical weather, climate, weather,
    tropical cyclone
protein design = protein, antibody, amino acid, peptide, enzyme
drug discovery = molecule, molecular, binding affinity, docking, ligand, drug, drug-target
quantum error correction = surface code, stabilizer code, logical qubit, qLDPC, fault-tolerant, error-correcting,
    error correction, error correcting
variational quantum algorithms = VQE, QAOA, barren plateau, parameterized quantum circuit, variational quantum,
    quantum circuit, quantum neural, quantum machine learning, ansatz
gravitational waves = LIGO, binary black hole, LISA, ringdown, compact binary, gravitational-wave, gravitational
    wave, merger, pulsar timing
dark matter = WIMP, axion, dark photon, halo, sterile neutrino, primordial black hole, dark sector
exoplanet atmospheres = exoplanet, transit, hot Jupiter, sub-Neptune, planet, planetary
holography = holographic, AdS, CFT, bulk reconstruction, gauge/gravity
topological insulators = topological phase, Chern, edge state, Weyl, band topology, topological, quantum Hall
unconventional superconductivity = superconducting, superconductor, Cooper pair, pairing, cuprate, nickelate,
    superconductivity
optimal transport = Wasserstein, Sinkhorn, Schrödinger bridge, transport map, Monge
reconfigurable intelligent surfaces = RIS, intelligent reflecting surface, IRS, metasurface, intelligent surface,
    STAR-RIS
massive MIMO = beamforming, channel estimation, antenna, MIMO, precoding, mmWave
power grids = power system, power grid, microgrid, energy storage, power flow, electricity, grid, distribution
    network
chain-of-thought reasoning = CoT, reasoning trace, chain-of-thought, chain of thought, reasoning model, long
    reasoning, reasoning
LLM as a judge = judge, LLM-as-a-judge, automatic evaluation, LLM-based evaluation, evaluator
music generation = music, musical, symbolic music, melody
EEG decoding = EEG, brain-computer interface, BCI, electroencephalography, MEG, brain decoding
deepfake detection = deepfake, AI-generated image, forgery, synthetic image detection, face swap, AI-generated video
anomaly detection = anomaly, anomalous, outlier, defect detection, out-of-distribution
multi-agent reinforcement learning = MARL, multi-agent
graph coloring = chromatic number, coloring, colouring, chromatic, colorable, colourable
video generation = text-to-video, video diffusion, video synthesis, image-to-video, world model, generated video
AI for mathematics = theorem proving, Lean, formal proof, mathematical reasoning, autoformalization, olympiad,
    prover
neutrino oscillations = neutrino, DUNE, mixing angle, PMNS, JUNO
active galactic nuclei = AGN, quasar, Seyfert, supermassive black hole, blazar
stochastic bandits = bandit, regret, Thompson sampling, UCB
in-context learning = few-shot prompting, ICL, in-context, demonstration
"""
_HELD_OUT = """
sign language translation = sign language, gloss, ASL
handwriting recognition = OCR, handwritten, document parsing, text recognition, handwriting
table question answering = tabular, text-to-SQL, table, spreadsheet
point cloud registration = point cloud, LiDAR, registration
visual SLAM = SLAM, odometry, localization and mapping, visual-inertial
dexterous manipulation = dexterous, in-hand, grasping, grasp
adversarial robustness = adversarial attack, adversarial example, adversarial training, perturbation, adversarial
backdoor attacks = backdoor, poisoning, trojan, poisoned
uncertainty quantification = conformal, calibration, epistemic, uncertainty
neural architecture search = NAS, architecture search, supernet
spiking neural networks = SNN, spiking, neuromorphic
talking head generation = talking head, lip sync, audio-driven, portrait animation, talking face, avatar
image super-resolution = super-resolution, image restoration, denoising, deblurring
human pose estimation = pose estimation, motion capture, SMPL, human motion, human pose
traffic forecasting = traffic, mobility, trajectory prediction
fraud detection = fraud, anti-money laundering, scam, fraudulent
stock prediction = stock, portfolio, trading, financial, market
legal reasoning = legal, court, statute, law
clinical decision support = clinical, electronic health, EHR, diagnosis, patient
radiology report generation = radiology, chest X-ray, report generation, radiologist
digital pathology = pathology, histopathology, whole slide, whole-slide, WSI
single-cell genomics = single-cell, scRNA, transcriptomic, gene expression, genomic
materials discovery = crystal, material, interatomic, alloy
quantum key distribution = QKD, quantum cryptography, quantum communication, quantum network
edge computing = edge, offloading, IoT, edge device
smart contracts = blockchain, Ethereum, DeFi, Solidity, smart contract
vulnerability detection = vulnerability, CVE, exploit, fuzzing, vulnerable
automated program repair = bug, patch, SWE-bench, debugging, repair
emotion recognition = emotion, affective, sentiment, emotional
peer review = reviewer, peer-review, review
intelligent tutoring = education, tutoring, student, classroom, tutor, learner
Higgs boson = Higgs, LHC, electroweak, collider
type Ia supernovae = supernova, Hubble constant, SNe
"""


def chosen_on() -> dict[str, tuple[str, ...]]:
    """Those by which the bound was chosen."""
    return dict(_read(_CHOSEN_ON))


def held_out() -> dict[str, tuple[str, ...]]:
    """Those that nobody looked at before."""
    return dict(_read(_HELD_OUT))


def _read(page: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in page.replace("\n    ", " ").strip().splitlines():
        phrase, _, others = entry.partition(" = ")
        yield phrase, tuple(word.strip() for word in others.split(","))
